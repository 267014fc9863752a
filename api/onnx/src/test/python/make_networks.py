"""Makes the tiny networks of the tests, good and bad, and what onnxruntime computes with some of them. Needs numpy, onnx and
onnxruntime; run from anywhere."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as nh

OUT = Path(__file__).resolve().parent.parent / "resources/io/sensorium/onnx"
RANDOM = np.random.default_rng(3)


def weights(name, *shape):
    return nh.from_array((RANDOM.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32), name)


def ints(name, *values):
    return nh.from_array(np.array(values, np.int64), name)


def save(name, nodes, inputs, outputs, constants=()):
    info = lambda io: [h.make_tensor_value_info(n, t, s) for n, t, s in io]
    graph = h.make_graph(nodes, name, info(inputs), info(outputs), list(constants))
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.onnx").write_bytes(model.SerializeToString())


def picture():
    """16 patches of a 16-pixel picture, each projected to 8 numbers; their mean as a second output."""
    nodes = [
        h.make_node("Conv", ["image", "w"], ["c"], kernel_shape=[4, 4], strides=[4, 4]),
        h.make_node("Reshape", ["c", "flat"], ["f"]),
        h.make_node("Transpose", ["f"], ["tokens"], perm=[0, 2, 1]),
        h.make_node("ReduceMean", ["tokens"], ["pooled"], axes=[1], keepdims=0),
    ]
    save("picture", nodes, [("image", T.FLOAT, ["N", 3, 16, 16])],
         [("tokens", T.FLOAT, ["N", 16, 8]), ("pooled", T.FLOAT, ["N", 8])],
         [weights("w", 8, 3, 4, 4), ints("flat", 0, 8, 16)])


def size_unsaid():
    """Says that it takes pictures of any size, as an export with all axes dynamic does; it takes those of 16 pixels."""
    nodes = [
        h.make_node("Conv", ["image", "w"], ["c"], kernel_shape=[4, 4], strides=[4, 4]),
        h.make_node("Reshape", ["c", "flat"], ["f"]),
        h.make_node("Add", ["f", "positions"], ["y"]),
    ]
    save("size_unsaid", nodes, [("image", T.FLOAT, ["N", "C", "H", "W"])], [("y", T.FLOAT, ["N", 8, 16])],
         [weights("w", 8, 3, 4, 4), ints("flat", 0, 8, -1), weights("positions", 8, 16)])


def words():
    """The usual inputs of a text encoder; a token's vector depends on its id, its segment and how many tokens are real."""
    nodes = [
        h.make_node("Gather", ["table", "input_ids"], ["a"]),
        h.make_node("Gather", ["segments", "token_type_ids"], ["b"]),
        h.make_node("Add", ["a", "b"], ["e"]),
        h.make_node("Cast", ["attention_mask"], ["m"], to=T.FLOAT),
        h.make_node("ReduceSum", ["m", "one"], ["n"], keepdims=1),
        h.make_node("Unsqueeze", ["n", "two"], ["nn"]),
        h.make_node("Div", ["e", "nn"], ["last_hidden_state"]),
    ]
    save("words", nodes, [(n, T.INT64, ["N", "L"]) for n in ("input_ids", "attention_mask", "token_type_ids")],
         [("last_hidden_state", T.FLOAT, ["N", "L", 8])],
         [weights("table", 256, 8), weights("segments", 2, 8), ints("one", 1), ints("two", 2)])


def reshaped(name, shape, to, kind=T.FLOAT):
    """Tokens that are the input itself, in its own order."""
    nodes = [h.make_node("Reshape", ["x", "to"], ["y"])]
    save(name, nodes, [("x", kind, shape)], [("y", kind, ["N", *to[1:]])], [ints("to", *to)])


def bad():
    row = [("x", T.FLOAT, ["N", 2, 3])]
    save("rank4", [h.make_node("Unsqueeze", ["x", "a"], ["y"])], row, [("y", T.FLOAT, ["N", 2, 3, 1])], [ints("a", 3)])
    save("byte_picture", [h.make_node("Cast", ["x"], ["y"], to=T.FLOAT)], [("x", T.UINT8, ["N", 2, 3])],
         [("y", T.FLOAT, ["N", 2, 3])])
    save("int_output", [h.make_node("Cast", ["x"], ["y"], to=T.INT32)], row, [("y", T.INT32, ["N", 2, 3])])
    save("two_inputs", [h.make_node("Add", ["x", "z"], ["y"])], row + [("z", T.FLOAT, ["N", 2, 3])],
         [("y", T.FLOAT, ["N", 2, 3])])
    save("batch_of_four", [h.make_node("Identity", ["x"], ["y"])], [("x", T.FLOAT, [4, 2, 3])], [("y", T.FLOAT, [4, 2, 3])])
    save("dynamic", [h.make_node("Identity", ["x"], ["y"])], [("x", T.FLOAT, ["N", "frames", 3])],
         [("y", T.FLOAT, ["N", "frames", 3])])
    save("logarithm", [h.make_node("Log", ["x"], ["y"])], row, [("y", T.FLOAT, ["N", 2, 3])])
    save("vast_output", [h.make_node("Expand", ["x", "to"], ["y"])], [("x", T.FLOAT, ["N", 1, 1])],
         [("y", T.FLOAT, ["N", 60000, 60000])], [ints("to", 1, 60000, 60000)])
    # 4 TB on the way to three numbers; the size comes from the input, so that nothing can be computed beforehand
    nodes = [
        h.make_node("Shape", ["x"], ["s"]),
        h.make_node("Mul", ["s", "by"], ["vast"]),
        h.make_node("ConstantOfShape", ["vast"], ["v"]),
        h.make_node("ReduceMax", ["v"], ["m"], axes=[0, 1, 2], keepdims=1),
        h.make_node("Add", ["x", "m"], ["y"]),
    ]
    save("vast_inside", nodes, row, [("y", T.FLOAT, ["N", 2, 3])], [ints("by", 1 << 20, 1 << 9, 1 << 9)])


def tiled():
    """A million tokens for each of the input."""
    save("tiled", [h.make_node("Tile", ["x", "times"], ["y"])], [("x", T.FLOAT, ["N", "frames", 4])],
         [("y", T.FLOAT, ["N", "tokens", 4])], [ints("times", 1, 1 << 20, 1)])


def apart():
    """Weights in another file, as PyTorch's exporter leaves them: of the graph, of a graph within it, and of a node."""
    branch = lambda name, nodes, constants: h.make_graph(nodes, name, [], [h.make_tensor_value_info("b", T.FLOAT, [2, 3])], constants)
    inner = branch("inner", [h.make_node("Identity", ["w1"], ["b"])], [weights("w1", 2, 3)])
    other = branch("other", [h.make_node("Constant", [], ["b"], value=weights("w2", 2, 3))], [])
    nodes = [
        h.make_node("ReduceMax", ["x"], ["m"], keepdims=0),
        h.make_node("Greater", ["m", "zero"], ["positive"]),
        h.make_node("If", ["positive"], ["chosen"], then_branch=inner, else_branch=other),
        h.make_node("Mul", ["x", "w0"], ["scaled"]),
        h.make_node("Add", ["scaled", "chosen"], ["y"]),
    ]
    save("apart", nodes, [("x", T.FLOAT, ["N", 2, 3])], [("y", T.FLOAT, ["N", 2, 3])],
         [weights("w0", 2, 3), nh.from_array(np.zeros((), np.float32), "zero")])
    model = onnx.load(OUT / "apart.onnx")
    onnx.save_model(model, OUT / "apart.onnx", save_as_external_data=True, all_tensors_to_one_file=True, location="apart.weights",
                    size_threshold=0, convert_attribute=True)


def table(name, rows, location):
    """A table of vectors in another file, which ONNX Runtime can read even if it is given bytes."""
    w = T()
    w.name, w.data_type, w.data_location = "w0", T.FLOAT, T.EXTERNAL
    w.dims.extend([rows, 2])
    for key, value in {"location": location, "offset": 0, "length": rows * 8}.items():
        w.external_data.add(key=key, value=str(value))
    ids = h.make_tensor_value_info("input_ids", T.INT64, ["N", "L"])
    y = h.make_tensor_value_info("y", T.FLOAT, ["N", "L", 2])
    graph = h.make_graph([h.make_node("Gather", ["w0", "input_ids"], ["y"])], name, [ids], [y], [w])
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=8)
    (OUT / f"{name}.onnx").write_bytes(model.SerializeToString())


def golden():
    pixels = ((np.arange(2 * 3 * 16 * 16) * 37 % 255) / 127.5 - 1).astype(np.float32).reshape(2, 3, 16, 16)
    tokens, pooled = onnxruntime.InferenceSession(OUT / "picture.onnx").run(None, {"image": pixels})
    ids = np.array([[2, 17, 31, 3]])
    state = onnxruntime.InferenceSession(OUT / "words.onnx").run(
        None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0]
    x = np.arange(6, dtype=np.float32).reshape(1, 2, 3)
    apart = onnxruntime.InferenceSession(OUT / "apart.onnx")
    sums = np.concatenate([apart.run(None, {"x": x})[0], apart.run(None, {"x": -x})[0]])
    text = {"tokens": tokens.ravel().tolist(), "pooled": pooled.ravel().tolist(), "words": state.ravel().tolist(),
            "apart": sums.ravel().tolist()}
    (OUT / "golden.json").write_text(json.dumps(text) + "\n")


picture()
words()
reshaped("nhwc", ["N", 4, 5, 3], [0, 20, 3])
reshaped("b1ft", ["N", 1, 2, 3], [0, 2, 3])
reshaped("half", ["N", 2, 3], [0, 2, 3], T.FLOAT16)
bad()
apart()
# seen from the folder that the tests run in
table("elsewhere", 3, "src/test/resources/io/sensorium/onnx/apart.weights")
table("vast_table", 37_500_000, "vast.weights")
size_unsaid()
tiled()
golden()

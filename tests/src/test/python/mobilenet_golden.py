"""What onnxruntime computes with the sample backbone from the pixels that io.sensorium.backbones.Real writes to a folder:

    java … io.sensorium.backbones.Real FOLDER; mobilenet_golden.py FOLDER
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

HERE = Path(__file__).resolve()
NETWORK = HERE.parents[4] / "samples/backbones/image-backbone-224-fp16w.onnx"
OUT = HERE.parent.parent / "resources/io/sensorium/backbones/mobilenet.golden.json"

INNER = "conv45_r"

network = onnx.load(NETWORK)
network.graph.output.append(onnx.ValueInfoProto(name=INNER))
session = onnxruntime.InferenceSession(network.SerializeToString())
golden = {"pooled": [], INNER: []}
for file in sorted(Path(sys.argv[1]).glob("*.f32")):
    pixels = np.fromfile(file, "<f4").reshape(1, 3, 224, 224)
    pooled, inner = session.run(["pooled", INNER], {"image": pixels})
    golden["pooled"].append([round(float(v), 6) for v in pooled[0]])
    golden[INNER].append([round(float(v), 5) for v in inner[0].mean((1, 2))])
OUT.parent.mkdir(parents=True, exist_ok=True)
OUT.write_text(json.dumps(golden) + "\n")

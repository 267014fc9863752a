"""How far closed forms get on the frozen features of the comparison's `backbones`: ridge regression and regularised CCA.

    linear.py CORPORA BACKBONES

CORPORA is split (`sensorium corpus split`), BACKBONES has image-backbone-224-fp16w.onnx and minilm/. The features are those of
the plan: a cropped picture padded to a square of 224 in white, with its mirror image; MiniLM's mean token. Needs numpy,
onnxruntime, tokenizers, pillow, and rsvg-convert for drawings. Prints recall@1 / recall@10 of both directions on the test
stamps, at the setting that is best on the validation stamps and, as a bound that nobody could choose, at the best of all.
Last, ridge regression on another kind of split: words drawn at random, English alone, instead of regions of like things.
"""

import io
import json
import random
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

SIZE, LONGEST = 224, 64
PENALTIES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
SEEDS, CANDIDATES = 8, 200
COMMON = set("a an the of in on with and for at to its by as is from".split())


def picture(path):
    if path.suffix == ".svg":
        png = subprocess.run(["rsvg-convert", "-w", "448", "--keep-aspect-ratio", path], capture_output=True, check=True).stdout
        image = Image.open(io.BytesIO(png)).convert("RGBA")
    else:
        image = Image.open(path).convert("RGBA")
    image = image.crop(image.getchannel("A").getbbox() or (0, 0, *image.size))
    side = max(image.size)
    square = Image.new("RGBA", (side, side), "white")
    square.alpha_composite(image, ((side - image.width) // 2, (side - image.height) // 2))
    pixels = np.asarray(square.convert("RGB").resize((SIZE, SIZE), Image.BICUBIC), np.float32) / 127.5 - 1
    return pixels.transpose(2, 0, 1)


def features(corpora, backbones):
    seeing = onnxruntime.InferenceSession(backbones / "image-backbone-224-fp16w.onnx")
    reading = onnxruntime.InferenceSession(backbones / "minilm/model.onnx")
    tokenizer = Tokenizer.from_file(str(backbones / "minilm/tokenizer.json"))
    pictures, texts, splits, words = [], [], [], []
    for item in map(json.loads, (corpora / "stamps.jsonl").read_text().splitlines()):
        captions = [view["text"] for view in item["text"] if view.get("lang") == "en"]
        if not item.get("image") or not captions:
            continue
        pixels = picture(corpora / item["image"][0]["path"])
        both = np.stack([pixels, pixels[:, :, ::-1]])
        pictures.append(seeing.run(["pooled"], {"image": both})[0].mean(0))
        tokens = tokenizer.encode(captions[0])
        mask = np.array([tokens.attention_mask[:LONGEST]])
        ids = np.array([tokens.ids[:LONGEST]])
        hidden = reading.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})[0][0]
        texts.append((hidden * mask[0][:, None]).sum(0) / mask.sum())
        splits.append(item["split"])
        words.append(set(re.findall("[a-z]+", captions[0].lower())) - COMMON)
    return unit(np.array(pictures)), unit(np.array(texts)), np.array(splits), words


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ridge(x, y, train, penalties=PENALTIES):
    """Predicts either from the other; the score is the mean of both cosines."""
    for penalty in penalties:
        back, forth = (
            np.linalg.solve(a[train].T @ a[train] / train.sum() + penalty * np.eye(a.shape[1]), a[train].T @ b[train] / train.sum())
            for a, b in ((x, y), (y, x))
        )
        yield f"penalty {penalty}", lambda some: unit(x[some] @ back) @ unit(y[some]).T + unit(x[some]) @ unit(y[some] @ forth).T


def cca(x, y, train):
    def whitening(rows, penalty):
        values, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
        return vectors / np.sqrt(np.maximum(values, 0) + penalty) @ vectors.T

    for px, py in product(PENALTIES[1:5], PENALTIES[1:5]):
        wx, wy = whitening(x[train], px), whitening(y[train], py)
        left, strengths, right = np.linalg.svd(wx @ (x[train].T @ y[train] / train.sum()) @ wy, full_matrices=False)
        for size, power in product((32, 64, 128), (0, 1, 2)):
            scale = strengths[:size] ** power
            a, b = unit(x @ wx @ left[:, :size] * scale), unit(y @ wy @ right[:size].T * scale)
            yield f"penalties {px} and {py}, {size} dimensions, power {power}", lambda some: a[some] @ b[some].T


def words_apart(words, seed):
    """Items all of whose words were drawn, and those with none of these items' words."""
    vocabulary = sorted(set().union(*words))
    random.Random(seed).shuffle(vocabulary)
    drawn, test = set(), []
    for word in vocabulary:
        drawn.add(word)
        test = [i for i, own in enumerate(words) if own and own <= drawn]
        if len(test) >= CANDIDATES:
            break
    tested = set().union(*(words[i] for i in test))
    train = np.array([not own & tested for own in words])
    return train, np.isin(np.arange(len(words)), test)


def scaled(x, train):
    x = x - x[train].mean(0)
    return x / np.sqrt((x[train] ** 2).sum(1).mean())


def recalls(scores):
    ranks = [(s > np.diag(s)[:, None]).sum(1) for s in (scores, scores.T)]
    return [np.mean(rank < k) for rank in ranks for k in (1, 10)]


def main(corpora, backbones):
    pictures, texts, splits, words = features(Path(corpora), Path(backbones))
    train, val, test = (splits == name for name in ("train", "val", "test"))
    print(f"{train.sum()} train, {val.sum()} validate, {test.sum()} test")
    x, y = scaled(pictures, train), scaled(texts, train)
    for name, method in (("ridge", ridge), ("CCA", cca)):
        rows = [(recalls(score(val)), recalls(score(test)), setting) for setting, score in method(x, y, train)]
        for which, key in (("chosen on val", 0), ("best on test", 1)):
            found = max(rows, key=lambda row: row[key][1] + row[key][3])
            print("%s, %s (%s): image → text %.2f / %.2f, text → image %.2f / %.2f" % (name, which, found[2], *found[1]))
    apart = []
    for seed in range(SEEDS):
        train, test = words_apart(words, seed)
        ((_, score),) = ridge(scaled(pictures, train), scaled(texts, train), train, (0.1,))
        apart.append((train.sum(), test.sum(), *recalls(score(test))))
    print("ridge (penalty 0.1), random words, %d splits of on average %d train, %d test: " % (SEEDS, *np.mean(apart, 0)[:2])
          + "image → text %.2f / %.2f, text → image %.2f / %.2f" % tuple(np.mean(apart, 0)[2:]))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""How far closed forms get on the frozen features of the comparison's `backbones`: ridge regression and regularised CCA.

    linear.py CORPORA BACKBONES

CORPORA is split (`sensorium corpus split`), BACKBONES has image-backbone-224-fp16w.onnx and minilm/. The features are those of
the plan: a cropped picture padded to a square in white, with its mirror image, as it is, in the mean over itself with more and
less white around it, and in squares of six sizes, as many of each as cover it, from the network's last layer; from its last
four, in the same mean; MiniLM's mean token. Needs numpy, onnx, onnxruntime, tokenizers, pillow, and rsvg-convert. Prints
recall@1 / recall@10 of both directions on the test stamps, scaled against hubs by CSLS with the training stamps, at the setting
that is best on the validation stamps: trained without these and, with the same setting, on them, too; and, as a bound that
nobody could choose, the best of all settings on the test stamps. Last, ridge with the same setting on other splits: words drawn
at random, English alone, instead of regions of like things.
"""

import io
import json
import math
import random
import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from PIL import Image
from tokenizers import Tokenizer

SIZE, LONGEST = 224, 64
ZOOMS = (2, 1.4, 1, 0.75, 0.6, 0.45)
LAYERS = ("conv42_r", "conv45_r", "conv48_r", "conv51_r")
LAST = 1280
NEIGHBOURS = 10
PENALTIES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
SEEDS, CANDIDATES = 8, 200
COMMON = set("a an the of in on with and for at to its by as is from".split())


def square(path):
    if path.suffix == ".svg":
        png = subprocess.run(["rsvg-convert", "-w", "448", "--keep-aspect-ratio", path], capture_output=True, check=True).stdout
        image = Image.open(io.BytesIO(png)).convert("RGBA")
    else:
        image = Image.open(path).convert("RGBA")
    image = image.crop(image.getchannel("A").getbbox() or (0, 0, *image.size))
    side = max(image.size)
    white = Image.new("RGBA", (side, side), "white")
    white.alpha_composite(image, ((side - image.width) // 2, (side - image.height) // 2))
    return white.convert("RGB")


def windows(picture, zoom):
    """As many squares as cover the picture, each with its mirror image."""
    side, steps = round(picture.width * zoom), math.ceil(1 / zoom) - 1
    if steps == 0:
        wide = Image.new("RGB", (side, side), "white")
        wide.paste(picture, ((side - picture.width) // 2, (side - picture.width) // 2))
        parts = [wide]
    else:
        starts = [(picture.width - side) * i // steps for i in range(steps + 1)]
        parts = [picture.crop((x, y, x + side, y + side)) for y in starts for x in starts]
    small = [np.asarray(part.resize((SIZE, SIZE), Image.BICUBIC), np.float32) / 127.5 - 1 for part in parts]
    pixels = np.stack(small).transpose(0, 3, 1, 2)
    return np.concatenate([pixels, pixels[:, :, :, ::-1]])


def features(corpora, backbones):
    network = onnx.load(backbones / "image-backbone-224-fp16w.onnx")
    network.graph.output.extend(onnx.ValueInfoProto(name=layer) for layer in LAYERS)
    seeing = onnxruntime.InferenceSession(network.SerializeToString())
    reading = onnxruntime.InferenceSession(backbones / "minilm/model.onnx")
    tokenizer = Tokenizer.from_file(str(backbones / "minilm/tokenizer.json"))
    pictures, texts, splits, words = [], [], [], []
    for item in map(json.loads, (corpora / "stamps.jsonl").read_text().splitlines()):
        captions = [view["text"] for view in item["text"] if view.get("lang") == "en"]
        if not item.get("image") or not captions:
            continue
        picture = square(corpora / item["image"][0]["path"])
        seen = [seeing.run(LAYERS, {"image": windows(picture, zoom)}) for zoom in ZOOMS]
        pictures.append([np.concatenate([unit(maps.mean((0, 2, 3))) for maps in layers]) for layers in seen])
        tokens = tokenizer.encode(captions[0])
        mask = np.array([tokens.attention_mask[:LONGEST]])
        ids = np.array([tokens.ids[:LONGEST]])
        hidden = reading.run(None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)})[0][0]
        texts.append((hidden * mask[0][:, None]).sum(0) / mask.sum())
        splits.append(item["split"])
        words.append(set(re.findall("[a-z]+", captions[0].lower())) - COMMON)
    return np.array(pictures), unit(np.array(texts)), np.array(splits), words


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def ridge(x, y, train):
    """Predicts either from the other; the score is the mean of both cosines."""
    for penalty in PENALTIES:
        back, forth = (
            np.linalg.solve(a[train].T @ a[train] / train.sum() + penalty * np.eye(a.shape[1]), a[train].T @ b[train] / train.sum())
            for a, b in ((x, y), (y, x))
        )
        yield f"penalty {penalty}", unit(x @ back) @ unit(y).T + unit(x) @ unit(y @ forth).T


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
            yield f"penalties {px} and {py}, {size} dimensions, power {power}", a @ b.T


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
    """Centred and of unit variance in all, in the training rows' span, beyond which no closed form sees."""
    x = x - x[train].mean(0)
    x = x / np.sqrt((x[train] ** 2).sum(1).mean())
    return x @ np.linalg.svd(x[train], full_matrices=False)[2].T


def csls(scores, some, train):
    """The scores of some with each other, scaled against hubs by what each has with its nearest training items."""
    near = [np.sort(s, 1)[:, -NEIGHBOURS:].mean(1) for s in (scores[some][:, train], scores[train][:, some].T)]
    return 2 * scores[some][:, some] - near[0][:, None] - near[1]


def recalls(scores):
    ranks = [(s > np.diag(s)[:, None]).sum(1) for s in (scores, scores.T)]
    return [np.mean(rank < k) for rank in ranks for k in (1, 10)]


def main(corpora, backbones):
    pictures, texts, splits, words = features(Path(corpora), Path(backbones))
    train, val, test = (splits == name for name in ("train", "val", "test"))
    print(f"{train.sum()} train, {val.sum()} validate, {test.sum()} test")
    apart = [words_apart(words, seed) for seed in range(SEEDS)]
    last, zooms = pictures[..., -LAST:], ZOOMS.index(1) + 1
    sets = {
        "one square": last[:, zooms - 1],
        "mean of three zooms": unit(last[:, :zooms].mean(1)),
        "six sizes": last.reshape(len(texts), -1),
        "last four layers, mean of three zooms": unit(pictures[:, :zooms].mean(1)),
    }
    for (what, x), (name, method) in product(sets.items(), (("ridge", ridge), ("CCA", cca))):
        alone, both = (dict(method(scaled(x, part), scaled(texts, part), part)) for part in (train, train | val))
        setting = max(alone, key=lambda s: recall10(csls(alone[s], val, train)))
        say(f"{what}, {name} ({setting})", recalls(csls(alone[setting], test, train)))
        say("… trained on the validation stamps, too", recalls(csls(both[setting], test, train | val)))
        bound = max(both, key=lambda s: recall10(csls(both[s], test, train | val)))
        say(f"… and best on test ({bound})", recalls(csls(both[bound], test, train | val)))
        if method is ridge:
            random_words = []
            for learnt, asked in apart:
                scores = dict(ridge(scaled(x, learnt), scaled(texts, learnt), learnt))[setting]
                random_words.append(recalls(csls(scores, asked, learnt)))
            sizes = np.mean([(learnt.sum(), asked.sum()) for learnt, asked in apart], 0)
            say("… on random words, %d splits of on average %d train, %d test" % (SEEDS, *sizes), np.mean(random_words, 0))


def recall10(scores):
    return sum(recalls(scores)[1::2])


def say(what, found):
    print(what + ": image → text %.2f / %.2f, text → image %.2f / %.2f" % tuple(found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

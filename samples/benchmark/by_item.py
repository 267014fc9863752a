"""Splits the emoji by item instead of by word, to tell how much of a figure is owed to words that training has read.

    by_item.py CORPORA

Reads CORPORA/emoji.jsonl (`sensorium corpus split`) and writes CORPORA/emoji_by_item.jsonl with as many items on each side,
drawn at random whatever words they share, and prints how many of the tested names have a word that trains. Needs Python alone.
"""

import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

COMMON = set("a an the of in on with and for at to its by as is from".split())


def names(items, side):
    """The words of each English name."""
    return [
        set(re.findall("[a-z]+", view["text"].lower())) - COMMON
        for item in items
        if item["split"] == side
        for view in item["text"]
        if view.get("lang") == "en" and view.get("source") == "label"
    ]


def main(corpora):
    items = [json.loads(line) for line in (Path(corpora) / "emoji.jsonl").read_text(encoding="utf-8").splitlines()]
    sizes = Counter(item["split"] for item in items)
    drawn = sorted(items, key=lambda item: item["id"])
    random.Random(1).shuffle(drawn)
    for side in ("test", "val", "train", "none"):
        for _ in range(sizes[side]):
            item = drawn.pop(0)
            item["split"] = side
            for modality in ("image", "text", "audio"):
                for view in item.get(modality, []):
                    # a keyword that the split by words withheld
                    view.pop("split", None)
    lines = [json.dumps(item, ensure_ascii=False) + "\n" for item in items]
    (Path(corpora) / "emoji_by_item.jsonl").write_text("".join(lines), encoding="utf-8")
    trained, tested = set().union(*names(items, "train")), names(items, "test")
    print("%d of %d tested names have a word that trains" % (sum(bool(name & trained) for name in tested), len(tested)))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Cross-validates what `backbones` and `backbones_last_layer` of plan.yaml choose, on the train and validation stamps alone: the
test stamps take no part.

    folds.py make CORPORA >PLAN    writes CORPORA/stamps_foldN.jsonl, and a plan for `sensorium benchmark --only _fold`
    folds.py mean RESULTS          prints each row's means over the folds from what that printed

Stamps with a common English content word stay together; those that hang together with more than sixty others train in every
fold. Each of two shuffles deals the rest into four folds of some 57, on which a model of all other stamps is tested. Needs Python
and PyYAML.
"""

import json
import random
import re
import sys
from pathlib import Path

import yaml

COMMON = set("a an the of in on with and for at to its by as is from".split())
EXPERIMENTS = ("backbones", "backbones_last_layer")
SHUFFLES, PARTS, TOO_MANY = 2, 4, 60


def words(item):
    captions = [view["text"] for view in item["text"] if view.get("lang") == "en"]
    return set(re.findall("[a-z]+", captions[0].lower())) - COMMON


def groups(items):
    """Lists of items of which none has a word of another list's."""
    lists = []
    for item in items:
        together = [found for found in lists if found[0] & words(item)]
        lists = [found for found in lists if found not in together]
        lists.append((words(item).union(*(own for own, _ in together)), [i for _, ids in together for i in ids] + [item["id"]]))
    return [ids for _, ids in lists]


def folds(items):
    few = [ids for ids in groups(items) if len(ids) <= TOO_MANY]
    for shuffle in range(SHUFFLES):
        random.Random(shuffle).shuffle(few)
        parts = [set() for _ in range(PARTS)]
        for ids in few:
            min(parts, key=len).update(ids)
        yield from parts


def make(corpora):
    items = [json.loads(line) for line in (corpora / "stamps.jsonl").read_text().splitlines()]
    seen = [
        item
        for item in items
        if item["split"] in ("train", "val") and item.get("image") and any(v.get("lang") == "en" for v in item["text"])
    ]
    plan = yaml.safe_load((Path(__file__).resolve().parent / "plan.yaml").read_text())["experiments"]
    experiments = {name: plan[name] for name in EXPERIMENTS}
    for number, tested in enumerate(folds(seen)):
        manifest = f"stamps_fold{number}.jsonl"
        with open(corpora / manifest, "w") as out:
            for item in seen:
                views = {m: [{k: v for k, v in view.items() if k != "split"} for view in item.get(m, [])] for m in ("image", "text")}
                split = "test" if item["id"] in tested else "train"
                out.write(json.dumps({**item, "audio": [], **views, "split": split}, ensure_ascii=False) + "\n")
        for name in EXPERIMENTS:
            experiments[f"{name}_fold{number}"] = {
                "like": name,
                "corpus": manifest,
                "evaluate": {f"{name}_fold{number}": {"corpus": manifest, "filter": "test,lang=en"}},
                "config": {"data": {"train": "train"}},
                "variants": [{**row, "seeds": [1]} for row in plan[name]["variants"]],
            }
    # which is YAML, too
    json.dump({"experiments": experiments}, sys.stdout, indent=1)


def mean(results):
    found = {}
    for evaluation, rows in json.loads(results.read_text()).items():
        name, _, fold = evaluation.rpartition("_fold")
        for row in rows if fold.isdigit() else []:
            figures = [d[f] for d in row["directions"] for f in ("recall_at_1", "recall_at_10", "map")]
            found.setdefault((name, row.get("variant", row["objective"])), []).append(figures)
    for (name, row), figures in found.items():
        one, ten, precision = (sum(f[i::3][0] + f[i::3][1] for f in figures) / 2 / len(figures) for i in range(3))
        print(f"{name}, {row}: recall@1 {one:.3f}, recall@10 {ten:.3f}, MAP {precision:.3f} over {len(figures)} folds")


if __name__ == "__main__":
    {"make": make, "mean": mean}[sys.argv[1]](Path(sys.argv[2]))

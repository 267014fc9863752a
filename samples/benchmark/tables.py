"""Makes the tables of README.md's part "Results" anew from results.json, both beside this script. Needs Python alone.

    tables.py
"""

import json
import re
from pathlib import Path
from statistics import mean

HERE = Path(__file__).resolve().parent
ORDER = ["image text", "text image", "audio text", "text audio", "image audio", "audio image"]


def name(direction):
    return f"{direction['query']} {direction['target']}"


def cells(directions, names):
    """Recall at 1 and 10 in each direction."""
    by_name = {name(d): d for d in directions}
    return [f"{by_name[n]['recall_at_1']:.2f} / {by_name[n]['recall_at_10']:.2f}" for n in names]


def line(cells):
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|\n"


def variant(row, names):
    found = row["directions"]
    return [
        row.get("variant", row["objective"]),
        str(row["seeds"]),
        f"{row['train_cpu_minutes']:.1f}" if "train_cpu_minutes" in row else "",
        *cells(found, names),
        f"{mean(d['recall_at_1'] for d in found):.3f} / {mean(d['recall_at_10'] for d in found):.3f}",
        f"{mean(d['map'] for d in row['class_directions']):.3f}",
    ]


def table(evaluation, rows, floors):
    names = [n for n in ORDER if n in map(name, rows[0]["directions"])]
    measured = {name(d): d for d in rows[0]["directions"]}
    chance = [f"{measured[n]['chance_recall_at_1']:.3f} / {measured[n]['chance_recall_at_10']:.3f}" for n in names]
    sizes = [f"{measured[n]['queries']:.0f}, {measured[n]['gallery']:.0f}" for n in names]
    head = ["", "seeds", "minutes", *(n.replace(" ", " → ") for n in names), "mean @1 / @10", "class MAP"]
    text = f"### `{evaluation}`\n\n" + line(head) + "|---" * len(head) + "|\n"
    text += "".join(line(variant(row, names)) for row in rows)
    for label, row in (("nearest neighbour", cells(floors, names)), ("chance", chance), ("queries, gallery", sizes)):
        text += line([label, "", "", *row, "", ""])
    return text + "\n"


def main():
    results = json.loads((HERE / "results.json").read_text())
    floors = results.pop("floors")
    tables = "".join(table(evaluation, rows, floors[evaluation]) for evaluation, rows in results.items())
    readme = HERE / "README.md"
    text = re.sub(r"(?s)(?<=\n## Results\n\n).*?(?=## A frank reading\n)", lambda _: tables, readme.read_text())
    readme.write_text(text)


if __name__ == "__main__":
    main()

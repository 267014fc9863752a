"""Makes the tables of README.md's part "Results" and of variants.md's part "Tables" anew from results.json, all beside this
script. README.md has the rows of an objective by its bare name, after more steps, of what the library does by default, and
of the hybrid that is best. Needs Python alone.

    tables.py
"""

import json
import re
from pathlib import Path
from statistics import mean

HERE = Path(__file__).resolve().parent
ORDER = ["image text", "text image", "audio text", "text audio", "image audio", "audio image"]
SHOWN = ("jepa, weight decay .05 to 2", "jepa+contrastive .01 to 0")
LONGER = (", 24000 steps", ", 500 steps")


def name(direction):
    return f"{direction['query']} {direction['target']}"


def recalls(direction):
    return f"{direction['recall_at_1']:.2f} / {direction['recall_at_10']:.2f}"


def with_spread(direction):
    """Of recall at 10: the least and greatest of several seeds, the bootstrap's 95 % interval of one."""
    spread = direction.get("spread_over_seeds", {}).get("recall_at_10")
    if spread is None:
        spread = direction["intervals"]["recall_at_10"].values()
    return recalls(direction) + " (" + "–".join(f"{bound:.2f}" for bound in spread) + ")"


def cells(directions, names, cell):
    by_name = {name(d): d for d in directions}
    return [cell(by_name[n]) for n in names]


def line(cells):
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|\n"


def variant(row, names, cell):
    found = row["directions"]
    return [
        row.get("variant", row["objective"]),
        str(row["seeds"]),
        f"{row['train_cpu_minutes']:.1f}" if "train_cpu_minutes" in row else "",
        *cells(found, names, cell),
        f"{mean(d['recall_at_1'] for d in found):.3f} / {mean(d['recall_at_10'] for d in found):.3f}",
        f"{mean(d['map'] for d in row['class_directions']):.3f}",
    ]


def table(evaluation, rows, floors, cell):
    names = [n for n in ORDER if n in map(name, rows[0]["directions"])]
    measured = {name(d): d for d in rows[0]["directions"]}
    chance = [f"{measured[n]['chance_recall_at_1']:.3f} / {measured[n]['chance_recall_at_10']:.3f}" for n in names]
    sizes = [f"{measured[n]['queries']:.0f}, {measured[n]['gallery']:.0f}" for n in names]
    head = ["", "seeds", "minutes", *(n.replace(" ", " → ") for n in names), "mean @1 / @10", "class MAP"]
    text = f"### `{evaluation}`\n\n" + line(head) + "|---" * len(head) + "|\n"
    text += "".join(line(variant(row, names, cell)) for row in rows)
    for label, row in (
        ("nearest neighbour", cells(floors, names, recalls)),
        ("chance", chance),
        ("queries, gallery", sizes),
    ):
        text += line([label, "", "", *row, "", ""])
    return text + "\n"


def named(rows):
    return [row for row in rows if row.get("variant", SHOWN[0]) in SHOWN or row["variant"].endswith(LONGER)]


def write(page, heading, following, results, floors, choose, cell):
    tables = "".join(
        table(evaluation, choose(rows), floors[evaluation], cell) for evaluation, rows in results.items() if choose(rows)
    )
    file = HERE / page
    part = rf"(?s)(?<=\n## {heading}\n\n).*?(?=## {following}\n)"
    text, found = re.subn(part, lambda _: tables, file.read_text(), count=1)
    if not found:
        raise SystemExit(f"{page}: no part {heading} before {following}")
    file.write_text(text)


def main():
    results = json.loads((HERE / "results.json").read_text())
    floors = results.pop("floors")
    write("README.md", "Results", "How to read them", results, floors, named, with_spread)
    write("variants.md", "Tables", "Readings", results, floors, list, recalls)


if __name__ == "__main__":
    main()

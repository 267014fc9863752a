"""Makes tests/target/benchmarks.json and the printed table of the rounds that `compare` recorded.

A side's time in one process is the median of its measured seconds; a row's ratio is the median over rounds of ours
divided by the peer's in the same round, with the least and the greatest beside it.
"""

import json
import os
import platform
import sys
from collections import defaultdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median

TARGET = Path(__file__).resolve().parent.parent / "target"
PACKAGES = ["torch", "numpy", "pillow", "librosa", "soundfile", "tokenizers", "transformers"]


def installed(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def cpu():
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0] if names else platform.processor()


def main(record, java):
    sides = defaultdict(lambda: defaultdict(dict))
    memory = None
    for line in Path(record).read_text().splitlines():
        entry = json.loads(line)
        if "memory" in entry:
            memory = entry["memory"]
        else:
            sides[entry["row"]][entry["round"]][entry["side"]] = median(entry["ms"])
    rows, shares = [], []
    for name, rounds in sides.items():
        pairs = [(r["ours"], r["peer"]) for r in rounds.values() if len(r) == 2]
        if not pairs:
            continue
        ours, peer = (median(p[i] for p in pairs) for i in (0, 1))
        ratios = [a / b for a, b in pairs]
        if name.endswith("_share"):
            # ours is the whole, the "peer" is the part that is matrix products
            outside = [1 - 1 / r for r in ratios]
            shares.append({"name": name, "whole": ours, "gemms": peer, "unit": "ms", "share": median(outside), "share_min": min(outside), "share_max": max(outside)})
        else:
            rows.append({"name": name, "ours": ours, "peer": peer, "unit": "ms", "ratio": median(ratios), "ratio_min": min(ratios), "ratio_max": max(ratios)})
    result = {
        "rows": rows,
        "shares": shares,
        "memory": memory,
        "environment": {
            "cpu": cpu(),
            "system": f"{platform.system()} {platform.machine()}",
            "threads": int(os.environ.get("THREADS", "2")),
            "java": java,
            "python": platform.python_version(),
            **{p: installed(p) for p in PACKAGES},
        },
    }
    result = json.loads(json.dumps(result), parse_float=lambda x: float(f"{float(x):.4g}"))
    (TARGET / "benchmarks.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"{'row':28}{'ours ms':>10}{'peer ms':>10}{'ratio':>8}{'min':>7}{'max':>7}{'ours/s':>10}{'peer/s':>10}")
    for r in result["rows"]:
        items = 64 if "_b64_" in r["name"] else 1
        print(f"{r['name']:28}{r['ours']:10.4g}{r['peer']:10.4g}{r['ratio']:8.2f}{r['ratio_min']:7.2f}{r['ratio_max']:7.2f}"
              f"{items * 1e3 / r['ours']:10.0f}{items * 1e3 / r['peer']:10.0f}")
    for s in result["shares"]:
        print(f"{s['name']}: {s['share']:.0%} ({s['share_min']:.0%} to {s['share_max']:.0%})")
    if memory:
        print("resident MB after steps:", ", ".join(f"{n}: {mb:.0f}" for n, mb in zip(memory["steps"], memory["rss_mb"])))


if __name__ == "__main__":
    main(*sys.argv[1:])

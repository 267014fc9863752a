"""Builds the engines' indexes one after the other, asks them in turn, and makes tests/target/index-benchmarks.json.

    index_run.py N FOLDER JAVA ENGINE…    the JVM's options are in JAVA_OPTIONS, one a line
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from collections import defaultdict
from importlib.metadata import version
from math import exp, log
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "target"
BEAMS = [int(b) for b in os.environ.get("BEAMS", "10 20 40 80 160").split()]
ROUNDS, SECONDS = int(os.environ["ROUNDS"]), os.environ["CPU_SECONDS"]
TOGETHER = bool(os.environ.get("TOGETHER"))
REUSE = bool(os.environ.get("REUSE"))
FILTERED = ("sensorium", "sensorium-compact", "lucene", "lucene-merged")


RATIOS = (("to_lucene", 9), ("to_lucene_min", 6), ("to_lucene_max", 6), ("to_lucene_at_equal_recall", 7))


class Engine:
    def __init__(self, name, folder, java):
        self.name = name
        # what it took to build an index that is on the disk
        self.record = folder / f"{name}.json" if name.startswith(("sensorium", "lucene")) else None
        self.reused = json.loads(self.record.read_text()) if REUSE and self.record and self.record.exists() else None
        if name == "faiss":
            command = [sys.executable, HERE / "index_faiss.py", folder]
        else:
            options = os.environ["JAVA_OPTIONS"].splitlines()
            place = folder / name
            command = [java, *options, "io.sensorium.benchmarks.index.Serve", name, folder, place]
            if self.reused:
                command.append("reuse")
            else:
                self.record and self.record.unlink(missing_ok=True)
                shutil.rmtree(place, ignore_errors=True)
                shutil.rmtree(folder / f"{name}-snapshot", ignore_errors=True)
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        with open(TARGET / f"index-{name}.log", "w") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        self.built = None if TOGETHER else self.build()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"index: {self.name} died; see {TARGET}/index-{self.name}.log")
        return json.loads(line)

    def build(self):
        built = self.read()
        costs = {k: built[k] for k in built if k.startswith("build_") or k == "snapshot_s"}
        if self.reused:
            return built | self.reused
        if self.record:
            self.record.write_text(json.dumps(costs) + "\n")
        return built

    def ask(self, beam, share, seconds):
        self.process.stdin.write(f"{beam} {seconds} {share}".rstrip() + "\n")
        self.process.stdin.flush()
        return self.read()


def cpu():
    info = Path("/proc/cpuinfo")
    names = [line.split(":")[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")] if info.exists() else []
    return names[0] if names else platform.processor()


def defaults(engines):
    """The beams that engines choose by themselves, which is only Sensorium's way; the others are asked for the same."""
    return sorted({e.built["beam"] for e in engines if e.built.get("beam")})


def measure(engines, settings):
    """Each round asks every engine the same before it goes on; the first, which warms up, doesn't count."""
    seen = defaultdict(list)
    for number in range(ROUNDS + 1):
        print(f"round {number}/{ROUNDS}", file=sys.stderr)
        for beam, share in settings:
            turn = [e for e in engines if not share or e.name in FILTERED]
            for engine in turn if number % 2 else reversed(turn):
                answer = engine.ask(beam, share, SECONDS)
                if number:
                    seen[engine.name, beam, share].append(answer)
    return seen


def row(engine, engines, n, folder, beam, share, seen):
    answers = seen[engine.name, beam, share]
    built = engine.built
    result = {
        "engine": engine.name,
        "vectors": n,
        "data": "latents" if folder.name.endswith("latents") else "clustered",
        "dimension": int((folder / "dimension").read_text()),
        "beam": beam,
        "default": not share and beam in defaults([engine] if built.get("beam") else engines),
        "recall_at_10": answers[0]["recall"],
        "qps": median(a["qps"] for a in answers),
        "qps_wall": median(a["qps_wall"] for a in answers),
        "build_cpu_s": built["build_cpu_s"],
        "build_wall_s": built["build_wall_s"],
        "memory_mb": built["memory_mb"],
        "rss_mb": answers[-1]["rss_mb"],
        "segments": built["segments"],
    }
    if engine.name.startswith("sensorium"):
        result["snapshot_s"] = built["snapshot_s"]
    if share:
        result["filter_percent"] = float(share)
    if "qps_one_by_one" in answers[0]:
        result["qps_one_by_one"] = median(a["qps_one_by_one"] for a in answers)
    # what has one segment is compared with what has one
    several = not any(e.name == "lucene" and e.built["segments"] == 1 for e in engines)
    plain_name = "lucene-merged" if several and built["segments"] == 1 else "lucene"
    plain = seen.get((plain_name, beam, share))
    if plain and engine.name != plain_name:
        ratios = [a["qps"] / b["qps"] for a, b in zip(answers, plain)]
        result |= {"compared_with": plain_name}
        result |= {"to_lucene": median(ratios), "to_lucene_min": min(ratios), "to_lucene_max": max(ratios)}
    return result


def at_equal_recall(row, plain):
    """QPS beside what plain Lucene has at this recall, on lines between its beams of the logarithms of what is missed and of QPS.

    Beside its best where it finds less with every beam; None where it finds more with every beam.
    """
    points = []
    for each in sorted(plain, key=lambda r: -r["qps"]):
        if not points or missed(each) < points[-1][0]:
            points.append((missed(each), log(each["qps"])))
    mine = max(missed(row), points[-1][0])
    for (more, fast), (less, slow) in zip(points, points[1:] or points):
        if less <= mine <= more:
            share = (more - mine) / (more - less) if more > less else 1
            return row["qps"] / exp(fast + share * (slow - fast))
    return None


def missed(row):
    """The logarithm; of 10,000 neighbours one more or less can't be told."""
    return log(max(1 - row["recall_at_10"], 1e-4))


def kept(file, n, data):
    """What earlier runs of other sizes or data have left in the file."""
    if not file.exists():
        return [], {}
    earlier = json.loads(file.read_text())
    rows = [r for r in earlier["rows"] if (r["vectors"], r.get("data")) != (n, data)]
    return rows, {k: v for k, v in earlier.get("environments", {}).items() if k != f"{n} {data}"}


def main(n, folder, java, *names):
    n, folder = int(n), Path(folder)
    engines = []
    for name in names:
        print(f"{name} builds", file=sys.stderr)
        engines.append(Engine(name, folder, java))
    for engine in engines:
        engine.built = engine.built or engine.build()
        print(f"{engine.name}: {engine.built}", file=sys.stderr)
    own = defaults(engines)
    settings = [(beam, "") for beam in sorted({*BEAMS, *own})]
    settings += [(max(own, default=BEAMS[-1]), share) for share in ("0.1", "1", "10", "50")]
    load = os.getloadavg()[0]
    seen = measure(engines, settings)
    rows = [row(e, engines, n, folder, beam, share, seen) for e in engines for beam, share in settings if (e.name, beam, share) in seen]
    for each in rows:
        plain = [r for r in rows if r["engine"] == each.get("compared_with") and "filter_percent" not in r]
        if plain and "filter_percent" not in each and (ratio := at_equal_recall(each, plain)):
            each["to_lucene_at_equal_recall"] = ratio
    for engine in engines:
        engine.process.stdin.close()
        engine.process.wait()
    environment = {
        "cpu": cpu(),
        "system": f"{platform.system()} {platform.machine()}",
        "java": subprocess.run([java, "-version"], capture_output=True, text=True).stderr.splitlines()[0],
        "faiss": version("faiss-cpu") if "faiss" in names else None,
        "built_together": TOGETHER,
        "built_before": sorted(e.name for e in engines if e.reused),
        "rounds": ROUNDS,
        "cpu_seconds_a_round": float(SECONDS),
        "load_average": [load, os.getloadavg()[0]],
    }
    file = TARGET / "index-benchmarks.json"
    earlier, environments = kept(file, n, rows[0]["data"])
    result = {"rows": earlier + rows, "environments": environments | {f"{n} {rows[0]['data']}": environment}}
    result = json.loads(json.dumps(result), parse_float=lambda x: float(f"{float(x):.5g}"))
    file.write_text(json.dumps(result, indent=1) + "\n")
    print(f"{'engine':18}{'beam':>5}{'filter':>7}{'recall':>8}{'QPS':>8}{'/Lucene':>9}{'min':>6}{'max':>6}{'equal':>7}{'build s':>9}{'MB':>7}{'segments':>9}")
    for r in rows:
        ratio = "".join(f"{r[k]:{w}.2f}" if k in r else " " * w for k, w in RATIOS)
        share = f"{r['filter_percent']:g}%" if "filter_percent" in r else ""
        print(f"{r['engine']:18}{r['beam']:5}{share:>7}{r['recall_at_10']:8.4f}{r['qps']:8.0f}{ratio}{r['build_cpu_s']:9.1f}{r['memory_mb']:7.0f}{r['segments']:9}")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""faiss's HNSW behind the protocol of io.sensorium.benchmarks.index.Serve.

    index_faiss.py FOLDER

Queries go to faiss twenty at a time, on one thread: one by one, the way from Python would be measured, too, which
`{"one_by_one": …}` tells.
"""

import json
import os
import sys
import time
from pathlib import Path

import faiss
import numpy as np

TOP, AT_ONCE = 10, 20


def main(folder):
    faiss.omp_set_num_threads(1)
    folder = Path(folder)
    dimension = int((folder / "dimension").read_text())
    vectors = np.fromfile(folder / "vectors.f32", "<f4").reshape(-1, dimension)
    queries = np.fromfile(folder / "queries.f32", "<f4").reshape(-1, dimension)
    truth = np.fromfile(folder / "truth.i32", "<i4").reshape(-1, TOP)
    wall, cpu = time.perf_counter(), time.process_time()
    index = faiss.IndexHNSWFlat(dimension, 16, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 100
    index.add(vectors)
    built = {"build_cpu_s": time.process_time() - cpu, "build_wall_s": time.perf_counter() - wall}
    built |= {"memory_mb": len(faiss.serialize_index(index)) / 1e6, "segments": 1}
    print(json.dumps(built), flush=True)

    def rate(at_once, seconds):
        wall, cpu, done = time.perf_counter(), time.thread_time(), 0
        while (spent := time.thread_time() - cpu) < seconds:
            start = done % (len(queries) - at_once + 1)
            index.search(queries[start : start + at_once], TOP)
            done += at_once
        return done / spent, done / (time.perf_counter() - wall)

    for line in sys.stdin:
        beam, seconds = line.split()
        index.hnsw.efSearch = int(beam)
        found = index.search(queries, TOP)[1]
        recall = np.mean([len(np.intersect1d(a, b)) / TOP for a, b in zip(found, truth)])
        qps, qps_wall = rate(AT_ONCE, float(seconds))
        one, _ = rate(1, float(seconds) / 2)
        status = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]
        answer = {"recall": recall, "qps": qps, "qps_wall": qps_wall, "qps_one_by_one": one, "rss_mb": int(status) / 1024}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])

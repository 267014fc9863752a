"""Writes unit vectors, queries, random ranks and the true ten nearest to a folder, all from a seed, unless they are there.

    index_vectors.py FOLDER N [LATENTS.jsonl]

Latents are what `sensorium embed --out LATENTS.jsonl` wrote, each different one once, a thousand of them as queries and N
of the others as vectors. Without them: 1,000 Gaussian clusters; within a cluster, deviations fall with the square root of
the direction's number, as the spectra of trained encoders do. Queries are drawn alike. A filter that leaves p % takes the vectors whose rank is below p % of N.
"""

import json
import sys
from pathlib import Path

import numpy as np

DIMENSION, CLUSTERS, QUERIES, TOP = 256, 1000, 1000, 10
SHARES = ["0.1", "1", "10", "50"]
SPREAD = 0.7  # length of what is added to a centre of length 1


def nearest(vectors, queries):
    """By all dot products, a part at a time."""
    best = np.empty((len(queries), TOP), np.int32)
    for start in range(0, len(queries), 50):
        scores = queries[start : start + 50] @ vectors.T
        some = np.argpartition(-scores, min(TOP, scores.shape[1] - 1), axis=1)[:, :TOP]
        best[start : start + 50] = some
    return best


def clustered(random, n):
    centres = random.standard_normal((CLUSTERS, DIMENSION), np.float32)
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    spectrum = 1 / np.sqrt(np.arange(1, DIMENSION + 1, dtype=np.float32))
    spectrum *= SPREAD / np.linalg.norm(spectrum)

    def draw(count):
        rows = random.standard_normal((count, DIMENSION), np.float32) * spectrum
        rows += centres[random.integers(0, CLUSTERS, count)]
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    return draw(n), draw(QUERIES)


def latents(random, n, file):
    with open(file) as lines:
        rows = np.stack([np.array(json.loads(line)["latent"], np.float32) for line in lines])
    rows = np.unique(rows / np.linalg.norm(rows, axis=1, keepdims=True), axis=0)
    if len(rows) < n + QUERIES:
        sys.exit(f"index: {file} has {len(rows)} different latents; {n} and {QUERIES} queries are asked for")
    rows = rows[random.permutation(len(rows))[: n + QUERIES]]
    return rows[:n], rows[n:]


def main(folder, n, file=None):
    folder, n = Path(folder), int(n)
    if (folder / "truth.i32").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(4)
    vectors, queries = latents(random, n, file) if file else clustered(random, n)
    ranks = random.permutation(n).astype(np.int32)
    (folder / "dimension").write_text(str(vectors.shape[1]))
    vectors.astype("<f4").tofile(folder / "vectors.f32")
    queries.astype("<f4").tofile(folder / "queries.f32")
    ranks.astype("<i4").tofile(folder / "ranks.i32")
    for share in SHARES:
        left = np.flatnonzero(ranks < round(float(share) / 100 * n)).astype(np.int32)
        left[nearest(vectors[left], queries)].astype("<i4").tofile(folder / f"truth-{share}.i32")
    nearest(vectors, queries).astype("<i4").tofile(folder / "truth.i32")


if __name__ == "__main__":
    main(*sys.argv[1:])

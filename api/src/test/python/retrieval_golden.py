"""Makes ../resources/eval/retrieval.json with torchmetrics (Apache-2.0, 1.9.0) and scikit-learn (BSD-3-Clause, 1.9.1): random
scores and what they say of them.

Run from this folder: python retrieval_golden.py
"""
import json

import numpy as np
import torch
from sklearn.metrics import label_ranking_average_precision_score, ndcg_score
from torchmetrics.retrieval import (
    RetrievalHitRate,
    RetrievalMAP,
    RetrievalMRR,
    RetrievalNormalizedDCG,
    RetrievalRecall,
)

rng = np.random.default_rng(20261122)


def case(query_labels, gallery_labels, pull):
    q, g = len(query_labels), len(gallery_labels)
    relevant = np.equal.outer(query_labels, gallery_labels)
    # a permutation in every row: no ties, on which torchmetrics depends on the order of the input
    scores = np.stack([rng.permutation(g) for _ in range(q)]) / g
    scores = np.round(scores + pull * relevant * rng.random((q, g)), 6).astype(np.float32)
    assert all(len(set(row)) == g for row in scores.tolist())
    preds, target = torch.tensor(scores).flatten(), torch.tensor(relevant).flatten()
    indexes = torch.arange(q).repeat_interleave(g)

    def value(metric):
        return float(metric(preds, target, indexes=indexes))

    result = {
        "query_labels": [int(x) for x in query_labels],
        "gallery_labels": [int(x) for x in gallery_labels],
        "scores": [[round(float(x), 6) for x in row] for row in scores],
        "map": value(RetrievalMAP()),
        "mrr": value(RetrievalMRR()),
        "ndcg_at_10": value(RetrievalNormalizedDCG(top_k=10)),
    }
    for k in (1, 5, 10):
        result[f"hit_rate_at_{k}"] = value(RetrievalHitRate(top_k=k))
        result[f"recall_at_{k}"] = value(RetrievalRecall(top_k=k))
    # it works in float64
    result["sklearn"] = {
        "map": float(label_ranking_average_precision_score(relevant, scores)),
        "ndcg_at_10": float(ndcg_score(relevant, scores, k=10)),
    }
    return result


out = {
    "one_relevant": case(np.arange(24), rng.permutation(24), 0.5),
    "several_relevant": case(rng.integers(0, 6, 20), np.concatenate([np.arange(6), rng.integers(0, 6, 34)]), 0.4),
    "documented": {
        "map": float(RetrievalMAP()(torch.tensor([0.2, 0.3, 0.5]), torch.tensor([True, False, True]), indexes=torch.tensor([0, 0, 0]))),
        "recall_at_2": float(RetrievalRecall(top_k=2)(torch.tensor([0.2, 0.3, 0.5]), torch.tensor([True, False, True]), indexes=torch.tensor([0, 0, 0]))),
    },
}
with open("../resources/eval/retrieval.json", "w") as f:
    json.dump(out, f)
    f.write("\n")

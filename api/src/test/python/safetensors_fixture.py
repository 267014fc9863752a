"""Makes ../resources/bundle/*.safetensors with Python's safetensors (Apache-2.0, tested with 0.8.0).

Run from this folder: python safetensors_fixture.py
"""
import numpy as np
import torch
from safetensors.torch import save_file

OUT = "../resources/bundle/"

floats = {
    "weight": torch.tensor([[1.5, -2.25, 3.0], [0.0, -0.0, 1e-40]]),
    "bias": torch.tensor([float("inf"), float("-inf"), 3.4e38]),
    "scalar": torch.tensor(7.0),
    "empty": torch.zeros(0, 4),
    "größe": torch.arange(5, dtype=torch.float32),
}
save_file(floats, OUT + "python-f32.safetensors", metadata={"made_by": "python"})
save_file(
    {
        "f16": torch.tensor([1.0, -0.5, 65504.0, 6e-8], dtype=torch.float16),
        "bf16": torch.tensor([1.0, -2.0, 3.3895e38], dtype=torch.bfloat16),
        "i64": torch.tensor([[1, -2], [1 << 24, -(1 << 40)]], dtype=torch.int64),
        "i32": torch.tensor([3, -4], dtype=torch.int32),
        "f32": torch.tensor(np.linspace(-1, 1, 3), dtype=torch.float32),
    },
    OUT + "python-mixed.safetensors",
)

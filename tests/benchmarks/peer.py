"""The same work as Sensorium's benchmarks in PyTorch, Pillow, librosa and Hugging Face's tokenizers.

    peer.py ROW        times one row and prints {"row": ..., "ms": [...]}: one mean per measured second
    peer.py --inputs DIRECTORY
                       writes the pictures, clips and captions that both sides read

Warm-up and measurement are those that `compare` gives JMH: so many seconds each, any number of calls in each.
"""

import json
import os
import sys
import time
from pathlib import Path

INPUTS = Path(__file__).resolve().parent.parent / "target" / "benchmark-inputs"
WARMUPS = int(os.environ.get("WARMUPS", "3"))
SECONDS = int(os.environ.get("SECONDS_MEASURED", "5"))
THREADS = int(os.environ.get("THREADS", "2"))


def transformer(batch):
    """Eager PyTorch as a careful user would write it."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    width, heads, depth, patch, side = 192, 3, 6, 8, 64

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1 = nn.LayerNorm(width, eps=1e-6)
            self.qkv = nn.Linear(width, 3 * width)
            self.proj = nn.Linear(width, width)
            self.norm2 = nn.LayerNorm(width, eps=1e-6)
            self.up = nn.Linear(width, 4 * width)
            self.down = nn.Linear(4 * width, width)

        def forward(self, x):
            b, n, d = x.shape
            q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, heads, d // heads).permute(2, 0, 3, 1, 4)
            y = F.scaled_dot_product_attention(q, k, v)
            x = x + self.proj(y.transpose(1, 2).reshape(b, n, d))
            return x + self.down(F.gelu(self.up(self.norm2(x))))

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.patches = nn.Conv2d(3, width, patch, patch)
            self.register_buffer("positions", torch.randn(1, (side // patch) ** 2, width))
            self.blocks = nn.ModuleList(Block() for _ in range(depth))
            self.norm = nn.LayerNorm(width, eps=1e-6)
            self.out = nn.Linear(width, 128)

        def forward(self, x):
            x = self.patches(x).flatten(2).transpose(1, 2) + self.positions
            for block in self.blocks:
                x = block(x)
            return self.out(self.norm(x).mean(1))

    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    return Encoder(), torch.randn(batch, 3, side, side)


def train_step(batch, bf16):
    import torch

    model, x = transformer(batch)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    groups = [{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=1e-4, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            z = model(x)
            loss = z.float().square().mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    return step


def forward(batch, bf16):
    import torch

    model, x = transformer(batch)
    model.eval()

    def step():
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            return model(x)[0, 0].item()

    return step


ROWS = {
    "train_step_b64_fp32": lambda: train_step(64, False),
    "train_step_b64_bf16": lambda: train_step(64, True),
    "forward_b64_fp32": lambda: forward(64, False),
    "forward_b64_bf16": lambda: forward(64, True),
    "forward_b1_fp32": lambda: forward(1, False),
}


def second(work):
    """The mean milliseconds of a call over at least one second, as JMH's average mode has it."""
    start, calls = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < 1:
        work()
        calls += 1
    return 1e3 * elapsed / calls


def main():
    row = sys.argv[1]
    work = ROWS[row]()
    for _ in range(WARMUPS):
        second(work)
    print(json.dumps({"row": row, "ms": [second(work) for _ in range(SECONDS)]}))


if __name__ == "__main__":
    main()

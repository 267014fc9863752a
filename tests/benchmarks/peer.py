"""The same work as Sensorium's benchmarks in PyTorch, Pillow, librosa and Hugging Face's tokenizers.

    peer.py ROW        times one row and prints milliseconds a call, one mean for each measured second
    peer.py --inputs   writes the picture, clip and caption that both sides read to tests/target/benchmark-inputs

Warm-up and measurement are those that `compare` gives JMH: WARMUPS and ITERATIONS of them, of a second or more each, on
THREADS threads.
"""

import json
import os
import sys
import time
from pathlib import Path

INPUTS = Path(__file__).resolve().parent.parent / "target" / "benchmark-inputs"
WARMUPS = int(os.environ.get("WARMUPS", "5"))
ITERATIONS = int(os.environ.get("ITERATIONS", "5"))
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


def picture(name):
    """Decode, shrink to 64 pixels, scale to [-1, 1], channels first."""
    import numpy as np
    from PIL import Image

    def work():
        with Image.open(INPUTS / name) as file:
            small = file.convert("RGB").resize((64, 64), Image.Resampling.BICUBIC)
        return np.ascontiguousarray((np.asarray(small, np.float32) / 127.5 - 1).transpose(2, 0, 1))

    return work


def clip(name):
    """Decode, mix to mono, resample to 16 kHz, log-mel in dB. The filters are made once, as ours are."""
    import librosa
    import numpy as np

    filters = librosa.filters.mel(sr=16000, n_fft=512, n_mels=64, fmin=60, fmax=8000)

    def work():
        samples, _ = librosa.load(INPUTS / name, sr=16000, mono=True)
        spectrum = np.abs(librosa.stft(samples, n_fft=512, win_length=400, hop_length=160)) ** 2
        return librosa.power_to_db(filters @ spectrum, top_db=80)

    return work


def byte_tokens():
    """The bytes alone: no library has the hashed n-grams."""
    from transformers import ByT5Tokenizer

    tokenizer, caption = ByT5Tokenizer(), (INPUTS / "caption.txt").read_text(encoding="utf-8")
    return lambda: tokenizer(caption)["input_ids"]


def subwords():
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(INPUTS / "tokenizer.json"))
    caption = (INPUTS / "caption.txt").read_text(encoding="utf-8")
    return lambda: tokenizer.encode(caption).ids


ROWS = {
    "train_step_b64_fp32": lambda: train_step(64, False),
    "train_step_b64_bf16": lambda: train_step(64, True),
    "forward_b64_fp32": lambda: forward(64, False),
    "forward_b64_bf16": lambda: forward(64, True),
    "forward_b1_fp32": lambda: forward(1, False),
    "preprocess_image_png": lambda: picture("picture.png"),
    "preprocess_image_jpeg": lambda: picture("picture.jpg"),
    "preprocess_image_webp": lambda: picture("picture.webp"),
    "preprocess_audio_wav": lambda: clip("clip.wav"),
    "preprocess_audio_flac": lambda: clip("clip.flac"),
    "preprocess_audio_ogg": lambda: clip("clip.ogg"),
    "preprocess_audio_mp3": lambda: clip("clip.mp3"),
    "preprocess_audio_opus": lambda: clip("clip.opus"),
    "preprocess_text_bytes": byte_tokens,
    "preprocess_text_subwords": subwords,
}


def write_inputs():
    """A picture with detail at every scale, five seconds of chords over noise in stereo, a caption and a tokenizer."""
    import numpy as np
    import soundfile
    from PIL import Image
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    INPUTS.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    pixels = np.zeros((512, 512, 3))
    for octave in range(1, 9):
        noise = Image.fromarray(random.integers(0, 256, (2**octave, 2**octave, 3), np.uint8))
        pixels += np.asarray(noise.resize((512, 512), Image.Resampling.BICUBIC), float) * 0.6**octave
    pixels = (255 * (pixels - pixels.min()) / np.ptp(pixels)).astype(np.uint8)
    image = Image.fromarray(pixels)
    image.save(INPUTS / "picture.png")
    image.save(INPUTS / "picture.jpg", quality=90)
    image.save(INPUTS / "picture.webp", quality=85)

    rate = 44100
    t = np.arange(5 * rate) / rate
    chords = sum(np.sin(2 * np.pi * f * t) * np.exp(-((t * f / 300) % 1)) for f in (220, 277.2, 329.6, 440, 1760))
    stereo = 0.1 * np.stack([chords, np.roll(chords, 500)], 1) + 0.01 * random.standard_normal((len(t), 2))
    soundfile.write(INPUTS / "clip.wav", stereo, rate, subtype="PCM_16")
    soundfile.write(INPUTS / "clip.flac", stereo, rate)
    soundfile.write(INPUTS / "clip.ogg", stereo, rate, format="OGG", subtype="VORBIS")
    soundfile.write(INPUTS / "clip.mp3", stereo, rate)
    resampled = stereo[np.linspace(0, len(t) - 1, 5 * 48000).round().astype(int)]
    soundfile.write(INPUTS / "clip.opus", resampled, 48000, format="OGG", subtype="OPUS")

    caption = "A ginger cat sleeps on a warm windowsill above the old harbour"
    (INPUTS / "caption.txt").write_text(caption, encoding="utf-8")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        [__doc__, caption], trainers.BpeTrainer(vocab_size=500, initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer.save(str(INPUTS / "tokenizer.json"))


def second(work):
    """The mean milliseconds of a call over at least one second, as JMH's average mode has it."""
    start, calls = time.perf_counter(), 0
    while (elapsed := time.perf_counter() - start) < 1:
        work()
        calls += 1
    return 1e3 * elapsed / calls


def main():
    if sys.argv[1] == "--inputs":
        write_inputs()
        return
    row = sys.argv[1]
    work = ROWS[row]()
    for _ in range(WARMUPS):
        second(work)
    print(json.dumps([second(work) for _ in range(ITERATIONS)]))


if __name__ == "__main__":
    main()

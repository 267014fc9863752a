"""Tiny networks of the architectures that people publish, exported as people export them, and what Transformers computes
with them from files by way of its own processors. The weights are random: what is compared is everything around them.
Needs torch, transformers, tokenizers, onnx, pillow, soundfile; run from anywhere.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import soundfile
import tokenizers as tk
import torch
import transformers as tr
from PIL import Image

warnings.filterwarnings("ignore")
torch.manual_seed(7)
OUT = Path(__file__).resolve().parent.parent / "resources/io/sensorium/backbones/published"
for folder in ("clip", "siglip", "dinov2", "whisper", "clap"):
    (OUT / folder).mkdir(parents=True, exist_ok=True)
SMALL = dict(hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2)
TEXTS = ["A lion.", "two Red balloons in the sky", "naïve café",
         "the quick brown fox jumps over the lazy dog and rests beneath an old oak tree until the evening comes"]
GOLDEN = {}


class Part(torch.nn.Module):
    """One output of a network, under the names that exporters give."""

    def __init__(self, network, inputs, output):
        super().__init__()
        self.network, self.inputs, self.output = network, inputs, output

    def forward(self, *tensors):
        return getattr(self.network(**dict(zip(self.inputs, tensors))), self.output)


def spread(network):
    """Weights as large as trained ones, so that what goes in matters to what comes out."""
    for name, parameter in network.named_parameters():
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=1 / np.sqrt(parameter[0].numel()))
    return network.eval()


def export(name, network, example, output, axes):
    part = Part(network, list(example), output)
    torch.onnx.export(part, tuple(example.values()), OUT / f"{name}.onnx", input_names=list(example), output_names=[output],
                      dynamic_axes={n: dict(enumerate(axes[n])) for n in axes}, opset_version=17, dynamo=False)
    return part


def keep(name, rows):
    GOLDEN[name] = [[round(float(v), 5) for v in row.flatten()] for row in rows]


def picture():
    """Wider than high, with edges, gradients and texture, so that crop, filter and order of channels all tell."""
    y, x = np.mgrid[0:150, 0:230].astype(np.float64)
    red = 127 + 120 * np.sin(x / 9) * np.cos(y / 23)
    green = np.where((x // 31 + y // 17) % 2 == 0, 210, 35 + x / 2)
    blue = 255 * np.exp(-(((x - 150) / 60) ** 2 + ((y - 40) / 30) ** 2))
    pixels = np.stack([red, green, blue], -1).clip(0, 255).astype(np.uint8)
    Image.fromarray(pixels).save(OUT / "picture.png", optimize=True)
    return Image.open(OUT / "picture.png")


def clip(name, rate, seconds):
    """A rising tone with overtones under an envelope, and a little noise."""
    t = np.arange(int(rate * seconds)) / rate
    tone = sum(np.sin(2 * np.pi * k * (180 * t + 90 * t**2)) / k for k in range(1, 9))
    noise = np.random.default_rng(5).standard_normal(t.size)
    wave = 0.2 * tone * (0.4 + 0.6 * np.sin(2 * np.pi * 3 * t) ** 2) + 0.004 * noise
    soundfile.write(OUT / name, wave, rate, subtype="PCM_16")
    return soundfile.read(OUT / name, dtype="float32")[0]


def vision(image):
    pixels = torch.zeros(2, 3, 224, 224)
    axes = {"pixel_values": ["batch"]}
    for key, name, network, processor, output in [
        ("clip-vision", "clip/vision_model", tr.CLIPVisionModelWithProjection(tr.CLIPVisionConfig(**SMALL, projection_dim=8, image_size=224,
                                                                             patch_size=32)),
         tr.CLIPImageProcessor(), "image_embeds"),
        ("siglip-vision", "siglip/vision_model", tr.SiglipVisionModel(tr.SiglipVisionConfig(**SMALL, image_size=224, patch_size=32)),
         tr.SiglipImageProcessor(size={"height": 224, "width": 224}, resample=3), "pooler_output"),
        ("dinov2", "dinov2/model", tr.Dinov2Model(tr.Dinov2Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                                                  image_size=224, patch_size=14)),
         tr.BitImageProcessor(size={"shortest_edge": 256}, crop_size={"height": 224, "width": 224}, do_center_crop=True,
                              do_resize=True, do_normalize=True, do_convert_rgb=True, resample=3,
                              image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225]), "last_hidden_state"),
    ]:
        part = export(name, spread(network), {"pixel_values": pixels}, output, axes | {output: ["batch"]})
        made = part(processor(image, return_tensors="pt")["pixel_values"])
        keep(key, made[:, 0] if made.dim() == 3 else made)


def clip_text():
    tokenizer = tk.Tokenizer(tk.models.BPE(unk_token="<|endoftext|>", end_of_word_suffix="</w>"))
    tokenizer.normalizer = tk.normalizers.Sequence([tk.normalizers.NFC(),
                                                    tk.normalizers.Replace(tk.Regex(r"\s+"), " "),
                                                    tk.normalizers.Lowercase()])
    words = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
    tokenizer.pre_tokenizer = tk.pre_tokenizers.Sequence([
        tk.pre_tokenizers.Split(tk.Regex(words), "removed", invert=True), tk.pre_tokenizers.ByteLevel(False)])
    special = ["<|startoftext|>", "<|endoftext|>"]
    tokenizer.train_from_iterator(TEXTS, tk.trainers.BpeTrainer(
        vocab_size=340, special_tokens=special, end_of_word_suffix="</w>",
        initial_alphabet=tk.pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    tokenizer.post_processor = tk.processors.RobertaProcessing(("<|endoftext|>", 1), ("<|startoftext|>", 0), False, False)
    tokenizer.save(str(OUT / "clip/tokenizer.json"))
    network = spread(tr.CLIPTextModelWithProjection(tr.CLIPTextConfig(
        **SMALL, vocab_size=tokenizer.get_vocab_size(), projection_dim=8, bos_token_id=0, eos_token_id=1, pad_token_id=1,
        attn_implementation="eager")))
    ids = torch.tensor([[0, 5, 6, 1]] * 2)
    axes = {n: ["batch", "sequence"] for n in ("input_ids", "attention_mask")} | {"text_embeds": ["batch"]}
    part = export("clip/text_model", network, {"input_ids": ids, "attention_mask": torch.ones_like(ids)}, "text_embeds", axes)
    made = [part(ids, torch.ones_like(ids)) for ids in (torch.tensor([tokenizer.encode(t).ids]) for t in TEXTS)]
    keep("clip-text", made)


def siglip_text():
    tokenizer = tk.Tokenizer(tk.models.Unigram())
    tokenizer.normalizer = tk.normalizers.Lowercase()
    tokenizer.pre_tokenizer = tk.pre_tokenizers.Metaspace()
    tokenizer.train_from_iterator(TEXTS * 20, tk.trainers.UnigramTrainer(
        vocab_size=120, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False))
    tokenizer.post_processor = tk.processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    # as some exports have it: SigLIP was trained on 64 tokens, </s> to the end
    tokenizer.enable_padding(length=64, pad_id=1, pad_token="</s>")
    tokenizer.enable_truncation(64)
    tokenizer.save(str(OUT / "siglip/tokenizer.json"))
    network = spread(tr.SiglipTextModel(tr.SiglipTextConfig(**SMALL, vocab_size=tokenizer.get_vocab_size(),
                                                            max_position_embeddings=64, attn_implementation="eager")))
    part = export("siglip/text_model", network, {"input_ids": torch.ones(2, 64, dtype=torch.long)}, "pooler_output",
                  {"input_ids": ["batch"], "pooler_output": ["batch"]})
    keep("siglip-text", [part(torch.tensor([tokenizer.encode(t).ids])) for t in TEXTS])


def whisper(wave):
    encoder = spread(tr.WhisperModel(tr.WhisperConfig(
        vocab_size=8, d_model=8, encoder_layers=1, decoder_layers=1, encoder_attention_heads=2, decoder_attention_heads=2,
        encoder_ffn_dim=16, decoder_ffn_dim=16, bos_token_id=1, eos_token_id=2, pad_token_id=3, decoder_start_token_id=1,
        max_target_positions=8))).encoder
    part = export("whisper/encoder_model", encoder, {"input_features": torch.zeros(2, 80, 3000)}, "last_hidden_state",
                  {"input_features": ["batch"], "last_hidden_state": ["batch"]})
    made = part(tr.WhisperFeatureExtractor()(wave, sampling_rate=16000, return_tensors="pt")["input_features"])
    # the states of what was said, not those of the thirty seconds' silence behind
    keep("whisper", [made[0, : round(len(wave) / 320)].mean(0)])


def clap(wave):
    network = spread(tr.ClapAudioModelWithProjection(tr.ClapAudioConfig(
        patch_embeds_hidden_size=8, hidden_size=64, depths=[1, 1, 1, 1], num_attention_heads=[1, 1, 1, 1], projection_dim=8,
        enable_fusion=False)))
    extractor = tr.ClapFeatureExtractor(truncation="rand_trunc", padding="repeatpad")
    features = extractor(wave, sampling_rate=48000, return_tensors="pt")["input_features"]
    # before it is exported, which leaves its normalisation in another state
    keep("clap-audio", network(input_features=features).audio_embeds)
    export("clap/audio_model", network, {"input_features": features}, "audio_embeds",
           {"input_features": ["batch"], "audio_embeds": ["batch"]})


with torch.no_grad():
    vision(picture())
    clip_text()
    siglip_text()
    whisper(clip("speech.wav", 16000, 1.7))
    clap(clip("sound.wav", 48000, 0.9))
(OUT / "golden.json").write_text(json.dumps({"texts": TEXTS} | GOLDEN, ensure_ascii=False) + "\n")

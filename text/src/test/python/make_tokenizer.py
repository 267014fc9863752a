"""Makes the tiny tokenizers of the text module's tests, and the ids that the tokenizers library gives. Needs
`tokenizers`; run from anywhere."""

import json
import sys
from pathlib import Path

import tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers

OUT = Path(__file__).resolve().parent.parent / "resources/io/sensorium/text"
CORPUS = ["a sleeping cat", "a cat on a mat", "the lion sleeps", "ein schlafender Löwe", "un lion qui dort"] * 4
TEXTS = ["a sleeping cat", "Lion", "the cat sleeps on the lion's mat", "Löwe 🦁", "x", "a\u0301b", "  two  spaces "]


def wordpiece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    t.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=90, special_tokens=special, show_progress=False))
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return t


def byte_bpe():
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train_from_iterator(
        CORPUS,
        trainers.BpeTrainer(
            vocab_size=300, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False
        ),
    )
    return t


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    for name, t in (("wordpiece", wordpiece()), ("bpe", byte_bpe())):
        # a saved tokenizer often asks for truncation and padding, which windows replace
        t.enable_truncation(max_length=6)
        t.enable_padding(length=6)
        t.save(str(OUT / f"{name}.json"), pretty=False)
        t.no_truncation()
        t.no_padding()
        golden = {
            "vocabulary": t.get_vocab_size(),
            "texts": [{"text": s, "ids": t.encode(s).ids} for s in TEXTS],
        }
        (OUT / f"{name}.golden.json").write_text(json.dumps(golden, ensure_ascii=True, indent=1) + "\n")
    print("tokenizers", tokenizers.__version__, file=sys.stderr)


main()

#!/usr/bin/env python3
"""Builds the sample corpus: 150 concepts as emoji drawings, spoken labels and short texts in six languages.

    python3 build_corpus.py [--cache DIR] [--out DIR] [--jobs N]    build, then verify
    python3 build_corpus.py --verify [--out DIR]                    only verify what is there

Needs Python 3.10, Pillow with WebP, npm, and on the PATH: espeak-ng, flite, pico2wave (Debian package
libttspico-utils, section non-free), sox, opusenc and opusdec (opus-tools), pngquant. README.md names the
versions the committed files were made with; with the same versions a build repeats them byte for byte.

Pictures and names come from the npm packages in PACKAGES, each checked against its SHA-256. What the corpus
says (concepts, templates, voices) is in corpus_source.py. Nothing is drawn at random but sentences and tags,
and those from generators seeded with the item's own id, so adding a concept leaves the others as they were.
"""
import argparse
import array
import hashlib
import io
import json
import random
import re
import shutil
import struct
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import wave
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

sys.dont_write_bytecode = True  # the corpus folder holds the corpus only
import corpus_source as source  # noqa: E402

PACKAGES = {
    "emojibase-data@17.0.0": "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
    "emoji-datasource-google@16.0.0": "fb5fd131b362aab7a55542d2a147a79708cce0a8b1c1bbacd470172708b5c438",
    "emoji-datasource-twitter@16.0.0": "f64a530c63bca463bd8317fdc4615ce63a53a0c65018e4ce2d848aaba7a28877",
    "@lobehub/fluent-emoji-3d@1.1.0": "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
}
# source name: (package, folder in it, file suffix, split)
RENDERINGS = {
    "noto": ("emoji-datasource-google@16.0.0", "package/img/google/64", "png", "train"),
    "twemoji": ("emoji-datasource-twitter@16.0.0", "package/img/twitter/64", "png", "train"),
    "fluent": ("@lobehub/fluent-emoji-3d@1.1.0", "package/assets", "webp", "test"),
}
IMAGE_SIDE = 64
SENTENCE_BYTES = 40
SENTENCES = {"en": (10, 2)}  # language: (train, test) sentences per item
OTHER_SENTENCES = (4, 1)
TRAIN_TAGS = {"en": 4}
OTHER_TRAIN_TAGS = 0  # left out for size
HELD_OUT_TAGS = 2
BITRATE = {"en": "9"}  # kbit/s
OTHER_BITRATE = "7.5"
SAMPLE_RATE = 16000
SIZE_LIMIT = 4_900_000


# ---------------------------------------------------------------- sources

def download(cache):
    """Fetches each npm package once and returns {name@version: archive}; refuses an unexpected one."""
    archives = {}
    for package, expected in PACKAGES.items():
        name, version = package.rsplit("@", 1)
        archive = cache / f"{name.lstrip('@').replace('/', '-')}-{version}.tgz"
        if not archive.exists():
            run("npm", "pack", "--silent", "--pack-destination", str(cache), package)
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != expected:
            raise SystemExit(f"{package}: expected SHA-256 {expected}, found {found}; delete {archive} and retry")
        archives[package] = archive
    return archives


def read_members(archive, wanted):
    with tarfile.open(archive) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile() and wanted(m.name)}


def concepts():
    """Yields (category, name, code point), in the order of the manifest."""
    for category, entries in source.CONCEPTS.items():
        for entry in entries.split():
            name, code = entry.split("=")
            yield category, name, code


def names_by_language(archive):
    """Returns {language: {code point: {"label":…, "tags":[…]}}} from CLDR's annotations."""
    files = {f"package/{language}/data.json": language for language in source.LANGUAGES}
    content = read_members(archive, files.__contains__)
    return {language: {e["hexcode"]: e for e in json.loads(content[path])} for path, language in files.items()}


# ---------------------------------------------------------------- pictures

def write_images(archives, out):
    """Writes three renderings of every concept and returns {concept name: [view, …]}."""
    views = {name: [] for _, name, _ in concepts()}
    for rendering, (package, folder, suffix, split) in RENDERINGS.items():
        files = read_members(archives[package], lambda path: path.startswith(folder + "/"))
        for _, name, code in concepts():
            # A package names the file with or without the emoji variation selector, as CLDR's sequence has it.
            candidates = [f"{folder}/{code.lower()}{tail}.{suffix}" for tail in ("", "-fe0f")]
            data = next(files[c] for c in candidates if c in files)
            path = Path("img", rendering, f"{name}.{suffix}")
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            (out / path).write_bytes(shrink_webp(data) if suffix == "webp" else shrink_png(data))
            views[name].append({"path": path.as_posix(), "source": rendering, "split": split})
    return views


def shrink_png(data):
    """Palette of up to 256 colours where that is visually lossless (pngquant's quality 90), the original otherwise."""
    quantised = subprocess.run(["pngquant", "--quality", "90-100", "--speed", "1", "--strip", "-"],
                               input=data, stdout=subprocess.PIPE).stdout
    return quantised if 0 < len(quantised) < len(data) else data


def shrink_webp(data):
    picture = Image.open(io.BytesIO(data)).convert("RGBA").resize((IMAGE_SIDE, IMAGE_SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=80, alpha_quality=90, method=6)
    return buffer.getvalue()


# ---------------------------------------------------------------- speech

def write_audio(labels, out, jobs):
    """Speaks every label in every voice and returns {concept name: [view, …]}."""
    clips = [(name, language, voice) for _, name, _ in concepts()
             for language, voices in source.VOICES.items() for voice in voices]
    views = {name: [] for _, name, _ in concepts()}
    with ThreadPoolExecutor(jobs) as pool:
        paths = pool.map(lambda clip: speak(labels[clip[1]][clip[0]], *clip, out), clips)
        for (name, language, (speaker, engine, split, *_)), path in zip(clips, paths):
            views[name].append({"path": path, "lang": language, "source": engine, "speaker": speaker, "split": split})
    return views


def speak(text, name, language, voice, out):
    speaker, engine, _, engine_voice, rate, pitch = voice
    path = Path("snd", language, speaker, f"{name}.opus")
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        raw, trimmed, encoded = (f"{folder}/{file}" for file in ("raw.wav", "trimmed.wav", "clip.opus"))
        run(*{
            "espeak-ng": ["espeak-ng", "-v", engine_voice, "-s", str(rate), "-p", str(pitch), "-w", raw, text],
            "flite": ["flite", "-voice", engine_voice, "-t", text, "-o", raw],
            "svox-pico": ["pico2wave", "-l", engine_voice, "-w", raw, text],
        }[engine])
        # Level first, so that "silence" means 0.4 % of the clip's own peak. Two milliseconds above it count as sound:
        # a final t or k is no longer. Trimming the start and turning around, twice, trims both ends.
        edge = ["silence", "1", "0.002", "0.4%", "reverse"]
        run("sox", "-D", raw, "-r", str(SAMPLE_RATE), "-b", "16", "-c", "1", trimmed,
            "norm", "-3", *edge, *edge, "pad", "0.04", "0.07", "norm", "-5")
        run("opusenc", "--quiet", "--speech", "--bitrate", BITRATE.get(language, OTHER_BITRATE), "--framesize", "60",
            "--serial", "1", "--padding", "0", "--discard-comments", trimmed, encoded)
        (out / path).write_bytes(repack_opus(Path(encoded).read_bytes()))
    return path.as_posix()


def repack_opus(ogg):
    """Rewrites an Ogg Opus file as three pages without comments: a fifth smaller, the same packets."""
    packets, granule = read_ogg(ogg)
    head, _, *audio = packets
    tags = b"OpusTags" + struct.pack("<I", 7) + b"libopus" + struct.pack("<I", 0)
    return (ogg_page([head], 0, flags=2, granule=0) + ogg_page([tags], 1, flags=0, granule=0)
            + ogg_page(audio, 2, flags=4, granule=granule))


def read_ogg(ogg):
    """Returns the packets of a single-stream Ogg file and its last granule position (in 48 kHz samples)."""
    packets, pending, at, granule = [], b"", 0, 0
    while at < len(ogg):
        capture, _, _, granule, _, _, _, count = struct.unpack_from("<4sBBqIIIB", ogg, at)
        if capture != b"OggS":
            raise ValueError(f"expected an Ogg page at byte {at}, found {capture!r}")
        lacing = ogg[at + 27:at + 27 + count]
        at += 27 + count
        for length in lacing:
            pending += ogg[at:at + length]
            at += length
            if length < 255:
                packets.append(pending)
                pending = b""
    return packets, granule


def ogg_page(packets, sequence, flags, granule):
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    if len(lacing) > 255:
        raise ValueError(f"{len(lacing)} segments do not fit one Ogg page; the clip is too long")

    def page(checksum):
        return (struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, 1, sequence, checksum, len(lacing))
                + lacing + b"".join(packets))
    return page(ogg_crc(page(0)))


def ogg_crc(data):
    crc = 0
    for byte in data:
        crc = (crc << 8) & 0xFFFFFFFF ^ OGG_CRC_TABLE[crc >> 24 ^ byte]
    return crc


def ogg_crc_entry(crc):
    for _ in range(8):
        crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
    return crc & 0xFFFFFFFF


OGG_CRC_TABLE = [ogg_crc_entry(byte << 24) for byte in range(256)]


# ---------------------------------------------------------------- text

def write_labels(names):
    """Returns {language: {concept name: label}}."""
    return {language: {name: source.LABEL_FIXES.get(language, {}).get(name, names[language][code]["label"])
                       for _, name, code in concepts()} for language in source.LANGUAGES}


def text_views(category, name, labels, train_tags, held_out_tags):
    views = []
    for language in source.LANGUAGES:
        label = labels[language][name]
        train, test = SENTENCES.get(language, OTHER_SENTENCES)
        draw = random.Random(f"{category}/{name}/{language}")

        def add(kind, split, texts):
            views.extend({"text": text, "lang": language, "source": kind, "split": split} for text in texts)
        add("label", "train", [label])
        add("sentence", "train", sentences(source.TRAIN_SENTENCES[language], name, label, train, draw))
        add("sentence", "test", sentences(source.TEST_SENTENCES[language], name, label, test, draw))
        add("tag", "train", train_tags[language][name])
        if language == "en":
            add("tag", "test-tags", held_out_tags[name])
    return views


def sentences(pool, name, label, count, draw):
    """Fills `count` templates drawn without repetition, within SENTENCE_BYTES if enough of them are."""
    filled = [fill(template, name, label) for template in templates(pool)]
    fitting = [s for s in filled if len(s.encode()) <= SENTENCE_BYTES]
    return draw.sample(fitting if len(fitting) >= count else filled, count)


def templates(pool):
    return [t.strip() for t in pool.replace("\n", "|").split("|") if t.strip()]


def fill(template, name, label):
    article = "" if name in source.PLURAL | source.NO_ARTICLE else "an " if label[0] in "aeiou" else "a "
    verb = "are" if name in source.PLURAL else "is"
    return template.replace("{x}", label).replace("{ax}", article + label).replace("{is}", verb)


def choose_tags(names, labels):
    """Splits CLDR's tags into (train: {language: {name: [tag]}}, held out: {name: [English tag]}).

    A tag that names another concept of the corpus, or that shares a word with its own label, is not used. A tag is
    held out only if it belongs to one item alone, and is no label, tag or template word elsewhere in any language:
    nothing seen in training says what it means.
    """
    usable = {}
    for language in source.LANGUAGES:
        taken = {fold(label) for label in labels[language].values()}
        usable[language] = {}
        for _, name, code in concepts():
            own = fold(labels[language][name])
            usable[language][name] = [tag for tag in names[language][code].get("tags", [])
                                      if fold(tag) not in taken | source.TAG_STOP and not shares_word(fold(tag), own)]
    owners = Counter(tag for tags in usable["en"].values() for tag in tags)
    seen = set(re.findall(r"\w+", fold(source.TRAIN_SENTENCES["en"])))
    for language in source.LANGUAGES:
        seen.update(fold(label) for label in labels[language].values())
        if language != "en":
            seen.update(fold(tag) for tags in usable[language].values() for tag in tags)
    held_out, train = {}, {language: {} for language in source.LANGUAGES}
    for category, name, _ in concepts():
        draw = random.Random(f"{category}/{name}/tags")
        for language in source.LANGUAGES:
            tags = usable[language][name]
            if language == "en":
                # An item keeps at least half of its tags for training.
                alone = [tag for tag in tags if owners[tag] == 1 and len(tag) >= 4 and fold(tag) not in seen]
                held_out[name] = draw.sample(alone, min(HELD_OUT_TAGS, len(alone), len(tags) // 2))
                tags = [tag for tag in tags if tag not in held_out[name]]
            train[language][name] = draw.sample(tags, min(TRAIN_TAGS.get(language, OTHER_TRAIN_TAGS), len(tags)))
    return train, held_out


def fold(text):
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def shares_word(a, b):
    return any(x[:4] == y[:4] for x in re.findall(r"\w+", a) for y in re.findall(r"\w+", b)) or a in b or b in a


# ---------------------------------------------------------------- building

def build(cache, out, jobs):
    archives = download(cache)
    names = names_by_language(archives["emojibase-data@17.0.0"])
    labels = write_labels(names)
    train_tags, held_out_tags = choose_tags(names, labels)
    for folder in ("img", "snd"):
        shutil.rmtree(out / folder, ignore_errors=True)
    images = write_images(archives, out)
    audio = write_audio(labels, out, jobs)
    with open(out / "manifest.jsonl", "w", encoding="utf-8", newline="\n") as manifest:
        for category, name, _ in concepts():
            item = {"id": f"{category}/{name}", "group": name, "image": images[name], "audio": audio[name],
                    "text": text_views(category, name, labels, train_tags, held_out_tags)}
            manifest.write(json.dumps(item, ensure_ascii=False, separators=(",", ":")) + "\n")


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


# ---------------------------------------------------------------- verifying

def verify(out, jobs):
    """Opens every file the manifest names and checks what README.md promises; prints counts, lists every fault."""
    items = [json.loads(line) for line in open(out / "manifest.jsonl", encoding="utf-8")]
    faults, counts = [], Counter()

    def check(holds, message):
        if not holds:
            faults.append(message)

    check(len(items) == 150, f"expected 150 items, found {len(items)}")
    check(len({i["id"] for i in items}) == len({i["group"] for i in items}) == len(items), "ids or groups repeat")
    named, digests = set(), {}
    for item in items:
        for modality in ("image", "audio"):
            for view in item[modality]:
                counts[modality, view.get("lang", ""), view["source"], view.get("speaker", ""), view["split"]] += 1
                data = (out / view["path"]).read_bytes()
                named.add(view["path"])
                first = digests.setdefault(hashlib.sha256(data).digest(), view["path"])
                check(first == view["path"], f"{view['path']} has the bytes of {first}")
                if modality == "image":
                    picture = Image.open(io.BytesIO(data))
                    alpha = picture.convert("RGBA").getchannel("A").getextrema()
                    check(picture.size == (IMAGE_SIDE, IMAGE_SIDE), f"{view['path']}: size {picture.size}")
                    check(alpha == (0, 255), f"{view['path']}: alpha runs over {alpha}")
    files = {p.relative_to(out).as_posix() for folder in ("img", "snd") for p in (out / folder).rglob("*.*")}
    check(files == named, f"in the folders but not in the manifest: {sorted(files - named)[:5]}")
    clips = [v["path"] for i in items for v in i["audio"]]
    with ThreadPoolExecutor(jobs) as pool:
        measured = list(pool.map(lambda path: measure_clip(out / path), clips))
    for path, (rate, channels, seconds, peak, rms) in zip(clips, measured):
        check(rate == SAMPLE_RATE and channels == 1, f"{path}: {rate} Hz, {channels} channels")
        check(0.25 <= seconds <= 3, f"{path}: {seconds:.2f} s")
        check(0.2 <= peak < 0.999, f"{path}: peak {peak:.3f}")
        check(rms > 0.02, f"{path}: root mean square {rms:.4f}")
    verify_texts(items, check, counts)

    total = sum(p.stat().st_size for p in out.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    check(total <= SIZE_LIMIT, f"{total} bytes in all, more than {SIZE_LIMIT}")
    for key, count in sorted(counts.items()):
        print(f"{count:6d}  {' '.join(part for part in key if part)}")
    seconds = sorted(m[2] for m in measured)
    print(f"clips: {seconds[0]:.2f} to {seconds[-1]:.2f} s, median {seconds[len(seconds) // 2]:.2f} s, "
          f"peaks {min(m[3] for m in measured):.2f} to {max(m[3] for m in measured):.2f}, "
          f"quietest rms {min(m[4] for m in measured):.3f}")
    for part in ("img/noto", "img/twemoji", "img/fluent", "snd/en", "snd", "manifest.jsonl", "."):
        size = sum(p.stat().st_size for p in [out / part, *(out / part).rglob("*")]
                   if p.is_file() and "__pycache__" not in p.parts)
        print(f"{size:9,d} bytes  {part}")
    print("\n".join(faults) or "no faults")
    return not faults


def verify_texts(items, check, counts):
    labels, train_texts, held_out = {}, {}, []
    for item in items:
        for view in item["text"]:
            text, language, kind, split = view["text"], view["lang"], view["source"], view["split"]
            counts["text", language, kind, "", split] += 1
            if kind == "label":
                first = labels.setdefault((language, fold(text)), item["id"])
                check(first == item["id"], f"{item['id']} and {first} are both called {text} in {language}")
            if split == "train":
                train_texts.setdefault(fold(text), item["id"])
            elif split == "test-tags":
                held_out.append((item["id"], text))
            if language == "en" and kind == "sentence":
                check(len(text.encode()) <= SENTENCE_BYTES, f"{item['id']}: {text!r} exceeds {SENTENCE_BYTES} bytes")
    for owner, tag in held_out:
        check(fold(tag) not in train_texts, f"{owner}: held-out tag {tag!r} is also a training text")
    check(len({tag for _, tag in held_out}) == len(held_out), "a held-out tag belongs to two items")
    for language in source.LANGUAGES:
        both = set(templates(source.TRAIN_SENTENCES[language])) & set(templates(source.TEST_SENTENCES[language]))
        check(not both, f"{language}: templates in train and test: {both}")


def measure_clip(path):
    """Returns (rate before encoding, channels, seconds, peak, root mean square), decoding with opusdec."""
    head = read_ogg(path.read_bytes())[0][0]
    channels, rate = head[9], struct.unpack_from("<I", head, 12)[0]
    with tempfile.NamedTemporaryFile(suffix=".wav") as decoded:
        run("opusdec", "--quiet", "--no-dither", "--rate", str(SAMPLE_RATE), str(path), decoded.name)
        with wave.open(decoded.name) as sound:
            samples = array.array("h", sound.readframes(sound.getnframes()))
    if not samples:
        return rate, channels, 0.0, 0.0, 0.0
    return (rate, channels, len(samples) / SAMPLE_RATE, max(map(abs, samples)) / 32768,
            (sum(s * s for s in samples) / len(samples)) ** 0.5 / 32768)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    here = Path(__file__).resolve().parent
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "sensorium-corpus",
                        help="where downloads are kept")
    parser.add_argument("--out", type=Path, default=here, help="the corpus folder")
    parser.add_argument("--jobs", type=int, default=2, help="clips made at a time")
    parser.add_argument("--verify", action="store_true", help="build nothing, check the files that are there")
    options = parser.parse_args()
    if not options.verify:
        options.cache.mkdir(parents=True, exist_ok=True)
        build(options.cache, options.out, options.jobs)
    sys.exit(0 if verify(options.out, options.jobs) else 1)


if __name__ == "__main__":
    main()

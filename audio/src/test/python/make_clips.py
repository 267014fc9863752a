"""Makes the clips and golden decodes under src/test/resources/io/sensorium/audio.

Needs numpy, librosa 0.11, soundfile, ffmpeg (with libmp3lame), flac and opus-tools. Run from the module's folder:
    python src/test/python/make_clips.py
Every clip NAME.EXT has its decode by another implementation in NAME.EXT.f32 (float32) or NAME.EXT.s16 (int16), both
little-endian, mono as the mean of the channels.
"""

import pathlib
import subprocess
import tempfile

import librosa
import numpy as np
import soundfile as sf

OUT = pathlib.Path("src/test/resources/io/sensorium/audio")
CLIPS = OUT / "clips"
MELS = OUT / "mels"


def signal(rate, seconds, channels):
    """Two sweeps and a little noise: something in every band, and different in each channel."""
    t = np.arange(int(rate * seconds)) / rate
    noise = np.random.default_rng(7).standard_normal((len(t), channels)) * 0.01
    rows = [
        0.3 * np.sin(2 * np.pi * (200 + 90 * c + 4000 * t) * t) + 0.2 * np.sin(2 * np.pi * (900 - 300 * t) * t + c)
        for c in range(channels)
    ]
    return (np.stack(rows, axis=1) + noise).astype(np.float32)


def golden(name, mono, kind):
    data = mono.astype("<f4") if kind == "f32" else np.round(mono * 32768).clip(-32768, 32767).astype("<i2")
    (CLIPS / f"{name}.{kind}").write_bytes(data.tobytes())


def run(*command):
    subprocess.run(command, check=True, capture_output=True)


def by_soundfile(name, rate, channels, subtype, kind="f32", seconds=0.15, **options):
    x = signal(rate, seconds, channels)
    sf.write(CLIPS / name, x, rate, subtype=subtype, **options)
    back, _ = sf.read(CLIPS / name, dtype="float32", always_2d=True)
    golden(name, back.mean(axis=1), kind)


def flac(name, x, rate, *options):
    """Through the reference encoder, whose options reach every kind of subframe and of stereo."""
    with tempfile.TemporaryDirectory() as folder:
        wav = f"{folder}/x.wav"
        sf.write(wav, x, rate, subtype="PCM_16")
        run("flac", "--silent", "--force", *options, wav, "-o", str(CLIPS / name))
        golden(name, sf.read(wav, dtype="float32", always_2d=True)[0].mean(axis=1), "f32")


def mp3(name, rate, channels, *options):
    with tempfile.TemporaryDirectory() as folder:
        wav = f"{folder}/x.wav"
        sf.write(wav, signal(rate, 0.2, channels), rate, subtype="PCM_16")
        run("ffmpeg", "-y", "-i", wav, "-c:a", "libmp3lame", *options, str(CLIPS / name))
        raw = f"{folder}/x.f32"
        run("ffmpeg", "-y", "-i", str(CLIPS / name), "-f", "f32le", raw)
        golden(name, np.fromfile(raw, "<f4").reshape(-1, channels).mean(axis=1), "s16")


def opus(name, channels):
    with tempfile.TemporaryDirectory() as folder:
        wav = f"{folder}/x.wav"
        sf.write(wav, signal(48000, 0.2, channels), 48000, subtype="PCM_16")
        run("opusenc", "--quiet", "--bitrate", "64", wav, str(CLIPS / name))
        run("opusdec", "--quiet", "--float", "--rate", "48000", str(CLIPS / name), f"{folder}/y.wav")
        back, _ = sf.read(f"{folder}/y.wav", dtype="float32", always_2d=True)
        golden(name, back.mean(axis=1), "s16")


def silence(name, rate, seconds):
    """Minutes of silence in a few kilobytes: constant subframes in blocks of the largest size."""
    raw = subprocess.Popen(["head", "-c", str(rate * seconds * 2), "/dev/zero"], stdout=subprocess.PIPE)
    subprocess.run(
        ["flac", "--silent", "--force", "--lax", "--blocksize=65535", "--force-raw-format", "--endian=little"]
        + ["--sign=signed", "--channels=1", "--bps=16", f"--sample-rate={rate}", "-", "-o", str(CLIPS / name)],
        stdin=raw.stdout,
        check=True,
        capture_output=True,
    )


def mel(name, rate, **options):
    x = signal(rate, 0.2, 1)[:, 0]
    (MELS / f"{name}.samples.f32").write_bytes(x.astype("<f4").tobytes())
    power = librosa.feature.melspectrogram(y=x.astype(np.float64), sr=rate, **options)
    (MELS / f"{name}.db.f32").write_bytes(librosa.power_to_db(power, top_db=None).T.astype("<f4").tobytes())


def main():
    CLIPS.mkdir(parents=True, exist_ok=True)
    MELS.mkdir(parents=True, exist_ok=True)
    by_soundfile("pcm8.wav", 16000, 1, "PCM_U8")
    by_soundfile("pcm16-stereo.wav", 16000, 2, "PCM_16")
    by_soundfile("pcm24.wav", 16000, 1, "PCM_24")
    by_soundfile("pcm24-extensible.wav", 16000, 2, "PCM_24", format="WAVEX")
    by_soundfile("pcm32.wav", 16000, 1, "PCM_32")
    by_soundfile("float32.wav", 16000, 1, "FLOAT")
    by_soundfile("float64.wav", 8000, 1, "DOUBLE")
    by_soundfile("mu-law.wav", 8000, 1, "ULAW")
    by_soundfile("a-law.wav", 8000, 1, "ALAW")
    by_soundfile("pcm8.aiff", 16000, 1, "PCM_S8")
    by_soundfile("pcm16.aiff", 22050, 1, "PCM_16")
    by_soundfile("pcm24-stereo.aiff", 16000, 2, "PCM_24")
    by_soundfile("float32.aiff", 16000, 1, "FLOAT")
    by_soundfile("pcm16-little.aiff", 16000, 1, "PCM_16", endian="LITTLE")
    by_soundfile("mu-law.au", 8000, 1, "ULAW")
    by_soundfile("pcm16-stereo.au", 16000, 2, "PCM_16")
    by_soundfile("float32.au", 16000, 1, "FLOAT")
    by_soundfile("stereo16.flac", 16000, 2, "PCM_16")
    by_soundfile("mono24.flac", 16000, 1, "PCM_24")
    by_soundfile("mono8.flac", 16000, 1, "PCM_S8")
    noise = np.random.default_rng(3).uniform(-1, 1, (1500, 2)).astype(np.float32)
    flac("noise-fast.flac", noise, 16000, "-0", "--blocksize=192")
    wide = signal(16000, 0.15, 2)
    wide[:, 1] = wide[:, 0] * 0.98 + np.random.default_rng(4).standard_normal(len(wide)).astype(np.float32) * 0.001
    flac("left-right.flac", wide, 16000, "-8", "-r", "0,8", "--blocksize=500")
    flac("six-channels.flac", signal(8000, 0.1, 6), 8000, "-5", "--channel-map=none")
    flac("wasted-bits.flac", np.round(signal(16000, 0.15, 1) * 512) / 512, 16000, "-5")
    flac("stereo16.oga", signal(16000, 0.15, 2), 16000, "-5", "--ogg", "--serial-number=1")
    by_soundfile("stereo.ogg", 44100, 2, "VORBIS", kind="s16", seconds=0.2)
    by_soundfile("mono.ogg", 16000, 1, "VORBIS", kind="s16", seconds=0.3)
    # of which no decode is kept: it is refused
    sf.write(CLIPS / "six-channels.ogg", signal(44100, 0.05, 6), 44100, format="OGG", subtype="VORBIS")
    mp3("stereo-44100.mp3", 44100, 2, "-b:a", "96k")
    mp3("vbr-48000.mp3", 48000, 1, "-q:a", "4")
    mp3("mono-22050.mp3", 22050, 1, "-b:a", "32k")
    mp3("mono-11025.mp3", 11025, 1, "-b:a", "24k")
    opus("mono.opus", 1)
    opus("stereo.opus", 2)
    silence("silence-700s.flac", 48000, 700)
    mel("slaney-64", 16000, n_fft=512, win_length=400, hop_length=160, n_mels=64, fmin=60, fmax=8000)
    mel("htk-40", 16000, n_fft=400, win_length=400, hop_length=160, n_mels=40, fmin=0, fmax=8000, htk=True)
    mel("slaney-80", 22050, n_fft=1024, hop_length=256, n_mels=80, fmin=0, fmax=11025)


if __name__ == "__main__":
    main()

"""Makes the fixtures of the image module's tests. Needs Pillow and numpy; run from anywhere.

Every picture comes with what Pillow makes of it: <name>.rgb is the decoded picture over white, upright, as packed
8-bit RGB, preceded by width and height as two big-endian 32-bit integers.
"""

import io
import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps

OUT = Path(__file__).resolve().parent.parent / "resources/io/sensorium/image"
W, H = 40, 28


def scene(mode="RGB"):
    """A picture with no symmetry: gradients, a disc, a bar; smooth enough for lossy formats."""
    y, x = np.mgrid[0:H, 0:W]
    rgb = np.stack([x * 255 // (W - 1), y * 255 // (H - 1), (x + 2 * y) * 2], -1).astype(np.uint8)
    image = Image.fromarray(rgb, "RGB")
    draw = ImageDraw.Draw(image)
    draw.ellipse((5, 5, 17, 17), fill=(230, 40, 30))
    draw.rectangle((24, 16, 36, 24), fill=(20, 60, 200))
    return image.convert(mode)


def with_alpha():
    image = scene().convert("RGBA")
    alpha = np.zeros((H, W), np.uint8)
    alpha[4:24, 6:36] = np.linspace(0, 255, 30).astype(np.uint8)
    alpha[4:24, 6] = 9
    image.putalpha(Image.fromarray(alpha))
    return image


def apart():
    """Two discs on a transparent ground; an animation may keep of each what differs from the ground."""
    frames = []
    for x in (9, 14):
        frame = Image.new("RGBA", (W, H), (0, 0, 0, 0))
        ImageDraw.Draw(frame).ellipse((x, 7, x + 12, 19), fill=(230, 40, 30, 255))
        frames.append(frame)
    return frames


def on_screen(gif, x, y):
    """Pillow keeps no part of a first frame in GIF, so this moves the only frame of one over a larger screen."""
    data = bytearray(gif)
    image = data.index(b"\x2c", 13 + 3 * (2 << (data[10] & 7)))
    data[6:10] = struct.pack("<HH", W, H)
    data[image + 1 : image + 5] = struct.pack("<HH", x, y)
    return bytes(data)


def waves():
    """Pale and smooth over many blocks: errors of a block decoder add up towards the end, and chroma hides none."""
    y, x = np.mgrid[0:120, 0:160]
    rgb = np.stack([np.sin(x / 60 + y / 90), np.cos(y / 50 - x / 120), np.sin((x + y) / 80)], -1)
    return Image.fromarray((128 + 20 * rgb).astype(np.uint8), "RGB")


def over_white(image):
    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)).convert("RGB")
    return image.convert("RGB")


def raw(name, image):
    (OUT / (name + ".rgb")).write_bytes(struct.pack(">II", *image.size) + image.tobytes())


def keep(name, data):
    (OUT / name).write_bytes(data)
    raw(name, over_white(Image.open(io.BytesIO(data))))


def encoded(image, fmt, **options):
    out = io.BytesIO()
    image.save(out, fmt, **options)
    return out.getvalue()


def png16(colour):
    """Pillow writes no 16-bit RGB, so this is PNG by hand."""
    import zlib

    rgb = np.asarray(scene() if colour else scene("L")).astype(np.uint16) * 257
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in rgb)

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", W, H, 16, 2 if colour else 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    keep("rgb.png", encoded(scene(), "PNG"))
    keep("grey.png", encoded(scene("L"), "PNG"))
    keep("bilevel.png", encoded(scene("1"), "PNG"))
    keep("grey-alpha.png", encoded(with_alpha().convert("LA"), "PNG"))
    keep("palette.png", encoded(scene("P"), "PNG"))
    keep("palette-transparent.png", encoded(scene("P"), "PNG", transparency=7))
    keep("rgb-transparent.png", encoded(scene(), "PNG", transparency=(230, 40, 30)))
    keep("rgba.png", encoded(with_alpha(), "PNG"))
    keep("grey16.png", png16(False))
    keep("rgb16.png", png16(True))
    keep("rgb.jpg", encoded(scene(), "JPEG", quality=90, subsampling=0))
    keep("progressive.jpg", encoded(scene(), "JPEG", quality=85, progressive=True))
    keep("grey.jpg", encoded(scene("L"), "JPEG", quality=90))
    keep("cmyk.jpg", encoded(scene("CMYK"), "JPEG", quality=95, subsampling=0))
    keep("palette.gif", encoded(scene("P"), "GIF"))
    keep("transparent.gif", encoded(with_alpha(), "GIF"))
    second = scene().transpose(Image.Transpose.ROTATE_180)
    keep("animated.gif", encoded(scene(), "GIF", save_all=True, append_images=[second]))
    first, second = apart()
    keep("apart.gif", on_screen(encoded(first.crop((9, 7, 22, 20)), "GIF"), 9, 7))
    keep("apart.webp", encoded(first, "WEBP", save_all=True, append_images=[second], lossless=True))
    keep("rgb.bmp", encoded(scene(), "BMP"))
    keep("palette.bmp", encoded(scene("P"), "BMP"))
    keep("lossless.webp", encoded(scene(), "WEBP", lossless=True))
    keep("lossy.webp", encoded(scene(), "WEBP", quality=95))
    keep("lossless-alpha.webp", encoded(with_alpha(), "WEBP", lossless=True, exact=True))
    keep("lossy-alpha.webp", encoded(with_alpha(), "WEBP", quality=90))
    keep("smooth.webp", encoded(waves(), "WEBP", quality=75, method=0))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        keep(f"orientation-{orientation}.jpg", encoded(scene(), "JPEG", quality=92, subsampling=0, exif=exif))
    exif = Image.Exif()
    exif[0x0112] = 6
    keep("orientation-6.png", encoded(scene(), "PNG", exif=exif))
    keep("orientation-6.webp", encoded(scene(), "WEBP", lossless=True, exif=exif))

    for filter_name in ("bilinear", "bicubic"):
        f = Image.Resampling[filter_name.upper()]
        for w, h in ((16, 16), (13, 9), (64, 64), (40, 10)):
            raw(f"resize-{filter_name}-{w}x{h}", scene().resize((w, h), f))
    print("Pillow", Image.__version__, "numpy", np.__version__, file=sys.stderr)


main()

"""Prints different short texts in many languages, one JSON object a line, for `sensorium embed … -`: the messages of this
machine's programs in the languages that they are translated to. Nothing of them is kept.

    messages.py N [FOLDER]        all .mo files below FOLDER, /usr/share if it is absent
"""

import json
import struct
import sys
from pathlib import Path


def messages(file):
    """Originals and translations of a gettext catalogue, by lines."""
    content = file.read_bytes()
    order = "<" if content[:4] == b"\xde\x12\x04\x95" else ">"
    count, *tables = struct.unpack(order + "3I", content[8:20])
    for table in tables:
        for i in range(count):
            length, start = struct.unpack_from(order + "2I", content, table + 8 * i)
            for line in content[start : start + length].decode("utf-8", "replace").replace("\0", "\n").split("\n"):
                yield " ".join(line.split())


def main(n, folder="/usr/share"):
    n, seen = int(n), set()
    for file in sorted(Path(folder).rglob("*.mo")):
        for text in messages(file):
            if len(text) > 2 and text.isprintable() and text not in seen:
                seen.add(text)
                print(json.dumps({"text": text}, ensure_ascii=False))
                if len(seen) == n:
                    return
    sys.exit(f"messages: {folder} has {len(seen)} different texts; {n} are asked for")


if __name__ == "__main__":
    main(*sys.argv[1:])

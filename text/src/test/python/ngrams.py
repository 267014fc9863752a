"""Prints the n-gram buckets of "chat é" from their definition, for the golden test. Needs nothing."""

M = (1 << 64) - 1


def bucket(tokens, n, buckets=16384):
    h = n << 54
    for k, t in enumerate(reversed(tokens[-n:])):
        h |= t << (9 * k)
    h = ((h ^ h >> 33) * 0xFF51AFD7ED558CCD) & M
    h = ((h ^ h >> 33) * 0xC4CEB9FE1A85EC53) & M
    h ^= h >> 33
    return h * buckets >> 64


tokens = [257] + list("chat é".encode()) + [257]
for n in (2, 3):
    padded = [257] * 6
    out = []
    for t in tokens:
        padded.append(t)
        out.append(bucket(padded, n))
    print(n, ", ".join(map(str, out)))

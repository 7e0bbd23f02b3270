#!/usr/bin/env python3
"""Writes random_stream.h: numbers of RandomStream from a second implementation of its layout.

    python3 tests/golden/random_stream.py | clang-format > tests/golden/random_stream.h
"""

SEED, EPOCH, INDEX, PURPOSE = 0x0123456789ABCDEF, 7, (5 << 32) + 42, 3
MASK = 0xFFFFFFFF


def philox4x32(counter, key):
    """Salmon et al. 2011, ten rounds."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return [c0, c1, c2, c3]


class Stream:
    def __init__(self):
        self.block, self.words = 0, []

    def next(self):
        if not self.words:
            counter = [self.block, EPOCH, INDEX & MASK, PURPOSE << 16 | INDEX >> 32]
            self.words = philox4x32(counter, [SEED & MASK, SEED >> 32])
            self.block += 1
        return self.words.pop(0)

    def next64(self):
        return self.next() << 32 | self.next()

    def uniform(self):
        return (self.next64() >> 11) * 2.0**-53

    def below(self, n):
        threshold = (2**64 - n) % n
        while True:
            product = self.next64() * n
            if product % 2**64 >= threshold:
                return product >> 64


def permutation(n, stream):
    order = list(range(n))
    for i in range(n, 1, -1):
        j = stream.below(i)
        order[i - 1], order[j] = order[j], order[i - 1]
    return order


def main():
    stream = Stream()
    words = [stream.next() for _ in range(6)]
    stream = Stream()
    uniforms = [stream.uniform() for _ in range(4)]
    order = permutation(16, Stream())
    print("// Made by random_stream.py; do not edit.")
    print("#pragma once\n\n#include <cstdint>\n\nnamespace carica::golden {\n")
    key = f"kSeed = {SEED:#018x}, kEpoch = {EPOCH}, kIndex = {INDEX}"
    print(f"inline constexpr std::uint64_t {key};")
    print(f"inline constexpr std::uint32_t kPurpose = {PURPOSE};")
    for kind, name, texts in [("std::uint32_t", "kWords", [f"{word:#010x}" for word in words]),
                              ("double", "kUniforms", [value.hex() for value in uniforms]),
                              ("std::int64_t", "kOrder", map(str, order))]:
        print(f"inline constexpr {kind} {name}[] = {{{', '.join(texts)}}};")
    print("\n}  // namespace carica::golden")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes rng.csv: words of named streams, from Philox 4x32-10 written again after the paper
(Salmon et al. 2011, section 4.3), checked against the published answers of Random123.

    python3 tests/golden/rng.py > tests/golden/rng.csv
"""
MASK = 0xFFFFFFFF


def philox(counter, key):
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + 0x9E3779B9) & MASK, (k1 + 0xBB67AE85) & MASK
    return c0, c1, c2, c3


KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((MASK,) * 4, (MASK,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]
for counter, key, answer in KNOWN:
    assert philox(counter, key) == answer

print("seed_high,seed_low,trial,use,index,word")
for seed in (0, 1, 1000, 0x299F31D0A4093822, 2**64 - 1):
    for trial, use in ((0, 0), (7, 2), (MASK, 6)):
        for index in (0, 1, 2, 3, 4, 1001, 2**34 + 3, 2**62 - 1):
            block = index // 4
            words = philox((block & MASK, block >> 32, trial, use), (seed & MASK, seed >> 32))
            print(f"{seed >> 32},{seed & MASK},{trial},{use},{index},{words[index % 4]}")

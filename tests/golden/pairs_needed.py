#!/usr/bin/env python3
"""Writes pairs_needed.csv: numbers of pairs for tests/test_stats.c, from SciPy's noncentral t.

Made with SciPy 1.10.1:   python3 tests/golden/pairs_needed.py > tests/golden/pairs_needed.csv
ratio = |mean difference| / deviation; needed: the smallest n >= 2 for which a two-sided t test at
1 - level finds a difference above 0 with probability `power`.
"""
from math import sqrt

from scipy import stats


def chance(n, ratio, level):
    t = stats.t.ppf(0.5 + 0.5 * level, n - 1)
    return stats.nct.sf(t, n - 1, ratio * sqrt(n))


print("ratio,level,power,needed")
for level in (0.95, 0.975, 0.99):
    for power in (0.5, 0.8, 0.95):
        for ratio in (0.1, 0.3, 0.5, 1.0, 2.0, 3.0):
            n = 2
            while not chance(n, ratio, level) >= power:
                n += 1
            print(f"{ratio},{level},{power},{n}")

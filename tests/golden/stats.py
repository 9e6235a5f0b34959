#!/usr/bin/env python3
"""Writes stats.csv: reference values for tests/test_stats.c from SciPy.

Made with SciPy 1.10.1, NumPy 1.24.2:   python3 tests/golden/stats.py > tests/golden/stats.csv
The samples are x_i = (37 i mod 101) / 7 and y_i = (53 i + 11 mod 97) / 7 - i / 20.
"""
import numpy as np
from scipy import stats


def row(kind, a, b, value):
    print(f"{kind},{a!r},{b!r},{float(value)!r}")


def x(n):
    i = np.arange(n)
    return (37 * i % 101) / 7.0


def y(n):
    i = np.arange(n)
    return ((53 * i + 11) % 97) / 7.0 - i / 20.0


def t_quantile(p, degrees):
    """SciPy's t.ppf is good to 1e-9 only: polished by Newton steps on its distribution function."""
    if p == 0.5:
        return 0.0
    t = stats.t.ppf(min(p, 1 - p), degrees)
    for _ in range(4):
        t -= (stats.t.cdf(t, degrees) - min(p, 1 - p)) / stats.t.pdf(t, degrees)
    return t if p < 0.5 else -t


print("kind,a,b,value")
for degrees in (1, 2, 3, 4.5, 9, 19, 30, 99, 1000):
    for t in (-3.5, -0.1, 0.0, 1e-8, 0.3, 1.0, 2.5, 7.0, 40.0):
        row("t_tail", t, degrees, stats.t.sf(t, degrees))
    for p in (1e-9, 0.005, 0.1, 0.5, 0.75, 0.975, 0.995, 0.9999):
        row("t_quantile", p, degrees, t_quantile(p, degrees))
for p in (1e-12, 0.005, 0.3, 0.5, 0.9, 0.995, 0.999999):
    row("normal_quantile", p, 0, stats.norm.ppf(p))
for n in (1, 2, 5, 12):
    for p in (0.0, 0.1, 0.25, 0.5, 0.77, 1.0):
        row("quantile", p, n, np.quantile(x(n), p, method="linear"))
for n in (2, 5, 12, 25, 26, 40):
    row("mean", 0, n, np.mean(x(n)))
    row("deviation", 0, n, np.std(x(n), ddof=1))
    half = t_quantile(0.995, n - 1) * stats.sem(x(n))
    row("t_low", 0.99, n, np.mean(x(n)) - half)
    row("t_high", 0.99, n, np.mean(x(n)) + half)
for n in (3, 5, 12, 40):
    fit = stats.linregress(x(n), y(n))
    half = t_quantile(0.995, n - 2) * fit.stderr
    row("intercept", 0, n, fit.intercept)
    row("slope", 0, n, fit.slope)
    row("slope_low", 0, n, fit.slope - half)
    row("slope_high", 0, n, fit.slope + half)

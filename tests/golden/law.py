"""Every law of src/law by its printed formula, quadratic sums and all, in NumPy.

usage: law.py > law.csv      (rerun by hand; needs NumPy)

The schedule: 3001 steps, a warm-up of 100 from 0, a cosine from 3e-4 to 3e-5, from step 1500 a rise of
1e-6 a step for 100 steps, then constant, from step 2500 on 2e-5. Warm-up as its true area. A row per
law and step: the parameters in the order of the law's table, empty after the last.
"""
import numpy as np

STEPS, WARMUP, SIZE = 3000, 100, 25.0
s = np.arange(STEPS + 1)
rate = 3e-5 + 0.5 * (1 + np.cos(np.pi * (s - WARMUP) / (STEPS - WARMUP))) * (3e-4 - 3e-5)
rate[:WARMUP + 1] = 3e-4
rate[:WARMUP] = 3e-4 * s[:WARMUP] / WARMUP
rate[1500:1600] = rate[1499] + 1e-6 * (s[1500:1600] - 1499)
rate[1600:2500] = rate[1599]
rate[2500:] = 2e-5

area = np.cumsum(rate)
drop = np.zeros_like(rate)
drop[WARMUP + 1:] = rate[WARMUP:-1] - rate[WARMUP + 1:]


def s2(t, lam):
    k = np.arange(WARMUP + 1, t + 1)
    return np.sum(drop[k] * (1 - lam ** (t - k + 1.0))) / (1 - lam)


def annealing(t, L0, A, alpha, C, lam):
    return L0 + A * area[t] ** -alpha - C * s2(t, lam)


def annealing_size(t, L0, A, alpha, C, lam, B, beta, gamma):
    return L0 + A * area[t] ** -alpha + B * SIZE ** -beta - C * SIZE ** gamma * s2(t, lam)


def multi_power(t, L0, A, alpha, B, C, beta, gamma):
    k = np.arange(WARMUP + 1, t + 1)
    since = area[t] - area[k - 1]
    return L0 + A * area[t] ** -alpha - B * np.sum(
        drop[k] * (1 - (1 + C * rate[k] ** -gamma * since) ** -beta))


def functional(t, L0, c1, s_, c2, c3, c4, g):
    k = np.arange(WARMUP + 1, t + 1)
    before = area[k - 1]
    return L0 + c1 * area[t] ** -s_ - c2 * np.sum(
        drop[k] * (c3 + before ** -s_) * (1 - (1 + c4 * (area[t] - before)) ** -g))


def momentum(t, L0, A, a, C):
    m = v = total = 0.0
    for i, d in enumerate(drop[WARMUP + 1:t + 1], 1):
        m, v = .9 * m + .1 * d, .999 * v + .001 * d * d
        total += m / (1 - .9 ** i) / (np.sqrt(1e5 * v / (1 - .999 ** i) + 1e-8) + 1e-8)
    return L0 + A * area[t] ** -a - C * total


def linear_rate(t, L0, A, alpha, B):
    return L0 + A * area[t] ** -alpha - B * (rate[WARMUP] - rate[t])


def power(t, L0, A, alpha):
    return L0 + A * area[t] ** -alpha


def chinchilla(t, L0, A, alpha):
    return L0 + A * float(t) ** -alpha


laws = {
    annealing: (2.6, .43, .55, .41, .99),
    annealing_size: (1.5, .44, .546, .273, .999, 3.067, .158, .052),
    multi_power: (3.04, .525, .508, 363.8, 2.066, .583, .641),
    functional: (3.15, .52, .5, 25.0, 15.0, 200.0, .4),
    momentum: (3.15, .52, .5, .04),
    linear_rate: (3.15, .52, .5, 380.0),
    power: (3.2, .47, .6),
    chinchilla: (2.5, 60.0, .56),
}
print("law,step,loss," + ",".join(f"theta{k}" for k in range(8)))
for law, theta in laws.items():
    for t in (101, 102, 110, 300, 1499, 1500, 1599, 1600, 2499, 2500, 2501, 3000):
        cells = [repr(x) for x in theta] + [""] * (8 - len(theta))
        print(f"{law.__name__},{t},{law(t, *theta)!r}," + ",".join(cells))

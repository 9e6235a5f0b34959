"""SciPy's side of bench_law: fits on request, so that both sides can take turns.

usage: law_peer.py POINTS.csv

As the authors of arXiv 2408.11029 do: vectorised NumPy, L-BFGS-B with differences, ftol 1e-9, gtol
1e-6, eps 1e-8, from 2 x 3 x 3 x 3 starts; S1 and S2 made once, before the time. Prints the versions
when the data are in memory; each line on stdin is answered by "SECONDS OBJECTIVE EVALUATIONS".
"""
import csv
import itertools
import sys
import time

import numpy as np
import scipy
from scipy.optimize import minimize

STEPS, WARMUP, PEAK, LAMBDA, DELTA = 20000, 500, 2e-4, .999, 1e-3
np.seterr(all="ignore")

s = np.arange(STEPS + 1)
half = .5 * (1 + np.cos(np.pi * (s - WARMUP) / (STEPS - WARMUP)))
rates = {"constant": np.full(STEPS + 1, PEAK), "cosine": np.where(s <= WARMUP, PEAK, half * PEAK)}


def features(rate):
    momentum = np.zeros_like(rate)
    for i in range(1, len(rate)):
        momentum[i] = LAMBDA * momentum[i - 1] + rate[i - 1] - rate[i]
    return np.cumsum(rate), np.cumsum(momentum)


made = {name: features(rate) for name, rate in rates.items()}
with open(sys.argv[1]) as file:
    rows = [(row["schedule"], int(row["step"]), float(row["val_loss"])) for row in csv.DictReader(file)]
s1 = np.array([made[name][0][step] for name, step, _ in rows])
s2 = np.array([made[name][1][step] for name, step, _ in rows])
log_loss = np.log(np.array([loss for _, _, loss in rows]))
evaluations = 0


def objective(p):
    global evaluations
    evaluations += 1
    r = np.abs(np.log(p[0] + p[1] * s1 ** -p[3] - p[2] * s2) - log_loss)
    return np.sum(np.where(r < DELTA, .5 * r * r, DELTA * r - .5 * DELTA * DELTA))


def fit():
    grid = (np.linspace(.1, 2.1, 2), np.linspace(1, 22, 3), np.linspace(1, 22, 3), np.linspace(0, .8, 3))
    options = {"maxiter": 100000, "maxfun": 1000000, "ftol": 1e-9, "gtol": 1e-6, "eps": 1e-8}
    return min(minimize(objective, start, method="L-BFGS-B", bounds=[(0, None)] * 4, options=options).fun
               for start in itertools.product(*grid))


print(f"scipy {scipy.__version__} numpy {np.__version__}", flush=True)
for line in sys.stdin:
    evaluations, start = 0, time.perf_counter()
    best = fit()
    print(time.perf_counter() - start, repr(float(best)), evaluations, flush=True)

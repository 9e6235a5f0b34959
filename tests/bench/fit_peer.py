"""scikit-learn's side of bench_fit: fits on request, so that both sides can take turns.

usage: fit_peer.py IMAGES LABELS POSITIVE NEGATIVE

Prints the versions when the data are in memory. Then each line "SOLVER TOLERANCE THREADS"
on stdin is answered by a line "SECONDS OBJECTIVE ITERATIONS": logistic regression of one
class against the other, pixels / 255, C = 1, no intercept; the objective is the mean loss
plus |w|^2 / 2n.
"""
import gzip
import sys
import time

import numpy
import sklearn
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info, threadpool_limits


def read_idx(path, offset):
    with gzip.open(path) as file:
        return numpy.frombuffer(file.read(), numpy.uint8, offset=offset)


def load(images, labels, positive, negative):
    y = read_idx(labels, 8)
    x = read_idx(images, 16).reshape(len(y), -1)
    taken = (y == positive) | (y == negative)
    return x[taken] / 255.0, numpy.where(y[taken] == positive, 1, -1)


def objective(x, y, w):
    return numpy.logaddexp(0.0, -y * (x @ w)).mean() + w @ w / (2 * len(y))


x, y = load(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
blas = {f"{lib['internal_api']} {lib['version']} {lib.get('threading_layer', '')}"
        for lib in threadpool_info() if lib["user_api"] == "blas"}
print(f"scikit-learn {sklearn.__version__} numpy {numpy.__version__} blas {' and '.join(sorted(blas))}",
      flush=True)
for line in sys.stdin:
    solver, tolerance, threads = line.split()
    model = LogisticRegression(C=1.0, fit_intercept=False, solver=solver, tol=float(tolerance),
                               max_iter=10000)
    with threadpool_limits(int(threads)):
        start = time.perf_counter()
        model.fit(x, y)
        seconds = time.perf_counter() - start
    print(seconds, repr(float(objective(x, y, model.coef_[0]))), model.n_iter_[0], flush=True)

#!/usr/bin/env python3
"""Writes optimizers.csv: ten steps of every optimizer in double precision, by PyTorch where it has
the optimizer, else from its definition (Signum; Muon by singular values, not by products;
Schedule-Free with all three points kept).

    python3 tests/golden/optimizers.py > tests/golden/optimizers.csv

Parameters: matrices 3x5 and 5x2, an embedding 3x2, a vector of 4, one after the other; decay for
all but the vector. The gradient at step t = 1 ... 10 is curvature * x + noise_t, the rate
0.1 / (1 + 0.3 (t - 1)). Starting numbers are floats, so that both precisions start alike.
"""
import csv
import sys

import numpy
import torch

SHAPES = [(3, 5), (5, 2), (3, 2), (1, 4)]
DECAYED = [True, True, True, False]
STEPS = 10
random = numpy.random.default_rng(3)


def floats(*shape):
    return random.standard_normal(shape).astype(numpy.float32).astype(float)


start = [floats(*shape) for shape in SHAPES]
curvature = [numpy.abs(floats(*shape)) for shape in SHAPES]
noise = [[floats(*shape) for shape in SHAPES] for _ in range(STEPS)]
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["optimizer", "step", "index", "value"])


def write(name, step, arrays):
    for index, value in enumerate(numpy.concatenate([a.ravel() for a in arrays])):
        out.writerow([name, step, index, repr(float(value))])


def rate(t):
    return 0.1 / (1 + 0.3 * (t - 1))


def gradients(x, t, clip):
    g = [c * a + s for c, a, s in zip(curvature, x, noise[t - 1])]
    norm = numpy.sqrt(sum((a * a).sum() for a in g))
    return [a * min(1.0, clip / norm) if clip else a for a in g]


def run(name, update, clip=0.0):
    x = [a.copy() for a in start]
    for t in range(1, STEPS + 1):
        x = update(x, gradients(x, t, clip), t)
        if t in (1, STEPS):
            write(name, t, x)


def run_torch(name, kind, decay=0.0, clip=0.0, **options):
    tensors = [torch.tensor(a, requires_grad=True) for a in start]
    groups = [{"params": [p], "weight_decay": decay if d else 0.0}
              for p, d in zip(tensors, DECAYED)]
    optimizer = kind(groups, lr=1.0, **options)

    def update(_, g, t):
        for group in optimizer.param_groups:
            group["lr"] = rate(t)
        for p, a in zip(tensors, g):
            p.grad = torch.tensor(a)
        optimizer.step()
        return [p.detach().numpy().copy() for p in tensors]
    run(name, update, clip)


class Signum:
    def __init__(self, momentum, decay):
        self.momentum, self.decay = momentum, decay
        self.m = [numpy.zeros(s) for s in SHAPES]

    def __call__(self, x, g, t):
        self.m = [self.momentum * m + (1 - self.momentum) * a for m, a in zip(self.m, g)]
        return [a - rate(t) * (numpy.sign(m) + (self.decay if d else 0) * a)
                for a, m, d in zip(x, self.m, DECAYED)]


class Muon:
    """Matrices by their singular values: s becomes p(p(p(p(p(s / |s|))))), p the quintic."""

    def __init__(self, momentum, nesterov, decay, share, beta2):
        self.momentum, self.nesterov, self.decay = momentum, nesterov, decay
        self.m = [numpy.zeros(s) for s in SHAPES[:2]]
        self.share = share
        self.others = [torch.tensor(a, requires_grad=True) for a in start[2:]]
        self.adamw = torch.optim.AdamW(
            [{"params": [self.others[0]], "weight_decay": decay},
             {"params": [self.others[1]], "weight_decay": 0.0}], betas=(0.9, beta2))

    def matrix(self, k, x, g, t):
        self.m[k] = self.momentum * self.m[k] + g
        u, s, v = numpy.linalg.svd(
            g + self.momentum * self.m[k] if self.nesterov else self.m[k], full_matrices=False)
        s = s / numpy.sqrt((s * s).sum())
        for _ in range(5):
            s = 3.4445 * s - 4.7750 * s**3 + 2.0315 * s**5
        scale = max(1.0, x.shape[0] / x.shape[1]) ** 0.5
        return x - rate(t) * (scale * (u * s) @ v + self.decay * x)

    def __call__(self, x, g, t):
        for group in self.adamw.param_groups:
            group["lr"] = rate(t) * self.share
        for p, a in zip(self.others, g[2:]):
            p.grad = torch.tensor(a)
        self.adamw.step()
        return ([self.matrix(k, x[k], g[k], t) for k in (0, 1)]
                + [p.detach().numpy().copy() for p in self.others])


class ScheduleFree:
    """Defazio et al. 2024, algorithm 1, point by point; what it returns is y, where the next
    gradient is taken. Bias is corrected in the root alone, as in Adam."""

    def __init__(self, beta1, beta2, decay):
        self.beta1, self.beta2, self.decay = beta1, beta2, decay
        self.z, self.x = [a.copy() for a in start], [a.copy() for a in start]
        self.v = [numpy.zeros(s) for s in SHAPES]
        self.weights = 0.0

    def __call__(self, y, g, t):
        self.weights += rate(t) ** 2
        c = rate(t) ** 2 / self.weights
        for k, decayed in enumerate(DECAYED):
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * g[k] ** 2
            scaled = g[k] / (numpy.sqrt(self.v[k] / (1 - self.beta2 ** t)) + 1e-8)
            self.z[k] = self.z[k] - rate(t) * (scaled + (self.decay * y[k] if decayed else 0))
            self.x[k] = (1 - c) * self.x[k] + c * self.z[k]
        return [(1 - self.beta1) * z + self.beta1 * x for z, x in zip(self.z, self.x)]


write("start", 0, start)
write("curvature", 0, curvature)
for step in range(STEPS):
    write("noise", step + 1, noise[step])

SGD, RMS, ADAM, ADAMW = torch.optim.SGD, torch.optim.RMSprop, torch.optim.Adam, torch.optim.AdamW
run_torch("sgd", SGD)
run_torch("sgd:decay=0.1,clip=2", SGD, decay=0.1, clip=2.0)
run_torch("sgd:momentum=0.9,decay=0.1", SGD, decay=0.1, momentum=0.9)
run_torch("sgd:momentum=0.8,dampening=0.3", SGD, momentum=0.8, dampening=0.3)
run_torch("sgd:momentum=0.9,nesterov=1,decay=0.2", SGD, decay=0.2, momentum=0.9, nesterov=True)
run("sign", Signum(0.9, 0.0))
run("sign:momentum=0.5,decay=0.3", Signum(0.5, 0.3))
run_torch("rmsprop", RMS)
run_torch("rmsprop:beta2=0.9,momentum=0.7,decay=0.1,epsilon=1e-3", RMS, decay=0.1, alpha=0.9,
          momentum=0.7, eps=1e-3)
run_torch("adam", ADAM)
run_torch("adam:beta1=0.8,beta2=0.95,decay=0.1,epsilon=1e-2", ADAM, decay=0.1, betas=(0.8, 0.95),
          eps=1e-2)
run_torch("adamw:decay=0.01", ADAMW, decay=0.01)
run_torch("adamw:beta2=0.95,decay=0.1,clip=1", ADAMW, decay=0.1, clip=1.0, betas=(0.9, 0.95))
run("muon:decay=0.1,adamw_rate=0.1", Muon(0.95, True, 0.1, 0.1, 0.95))
run("muon:momentum=0.8,nesterov=0,adamw_rate=0.5,beta2=0.99,clip=1",
    Muon(0.8, False, 0.0, 0.5, 0.99), clip=1.0)
run("schedule_free", ScheduleFree(0.9, 0.999, 0.0))
run("schedule_free:beta1=0.5,beta2=0.95,decay=0.1,clip=1", ScheduleFree(0.5, 0.95, 0.1), clip=1.0)

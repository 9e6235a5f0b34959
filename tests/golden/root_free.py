#!/usr/bin/env python3
"""Writes root_free.csv: ten steps of the methods of arXiv 2402.03496 and their relatives, from their
definitions in NumPy. What the C code does with two factors is done here on vec(G) with Kronecker
products, inverses and powers of whole matrices.

    python3 tests/golden/root_free.py > tests/golden/root_free.csv
    python3 tests/golden/root_free.py --soap      (rows of tests/test_gradient_root_free.c)

The problem is that of optimizers.py with other numbers: parameters 3x5, 5x2, an embedding 3x2 and a
vector of 4; decay for all but the vector; gradient curvature * x + noise_t, rate 0.1 / (1 + 0.3
(t - 1)). vec() is by rows: vec(A X B) = (A kron B^T) vec(X).
"""
import contextlib
import csv
import io
import sys

import numpy
from numpy.linalg import eigh, inv, norm

with contextlib.redirect_stdout(io.StringIO()):
    from rng import philox

SHAPES = [(3, 5), (5, 2), (3, 2), (1, 4)]
DECAYED = [True, True, True, False]
STEPS = 10
random = numpy.random.default_rng(7)


def floats(*shape):
    return random.standard_normal(shape).astype(numpy.float32).astype(float)


start = [floats(*shape) for shape in SHAPES]
curvature = [numpy.abs(floats(*shape)) for shape in SHAPES]
noise = [[floats(*shape) for shape in SHAPES] for _ in range(STEPS)]
out = csv.writer(sys.stdout, lineterminator="\n")


def write(name, step, arrays):
    for index, value in enumerate(numpy.concatenate([a.ravel() for a in arrays])):
        out.writerow([name, step, index, repr(float(value))])


def rate(t):
    return 0.1 / (1 + 0.3 * (t - 1))


def power(A, p):
    w, Q = eigh(A)
    return Q @ numpy.diag(w ** p) @ Q.T


def bfloat16(a):
    """To nearest, ties to even, by way of float32."""
    bits = numpy.asarray(a, numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + (bits >> 16 & 1)) >> 16 << 16).view(numpy.float32).astype(float)


def rounding(k):
    return bfloat16 if k.get("state") == "bfloat16" else lambda a: a


class Ball:
    """x <- x - rate m with m <- momentum m + direction + decay x."""

    def __init__(self, shape, k, decay):
        self.momentum, self.decay, self.m = k["momentum"], decay, numpy.zeros(shape)

    def step(self, x, direction, t):
        self.m = self.momentum * self.m + direction + self.decay * x
        return x - rate(t) * self.m


def cycle(seed, tensor, n):
    """Fisher and Yates from the end on the stream (seed, tensor, RNG_NOISE = 3), each number of two
    of its words; the k-th of the shuffled numbers is followed by the next."""
    items, drawn = list(range(n)), 0
    for last in range(n - 1, 0, -1):
        words = [philox((i // 4, 0, tensor, 3), (seed, 0))[i % 4] for i in (drawn, drawn + 1)]
        chosen, drawn = (words[1] << 32 | words[0]) % (last + 1), drawn + 2
        items[last], items[chosen] = items[chosen], items[last]
    order = numpy.zeros(n, int)
    order[items] = items[1:] + items[:1]
    return order


class RfRmsprop:
    def __init__(self, shape, k, decay):
        self.k, self.ball = k, Ball(shape, k, decay)
        self.v = numpy.full(shape, k.get("start", 1 / k["batch"]))
        self.order = cycle(k.get("shuffle", 1), SHAPES.index(shape), self.v.size)

    def __call__(self, x, g, t):
        k = self.k
        self.v = k["beta2"] * self.v + (1 - k["beta2"]) * g**2
        v, kind = self.v, k.get("direction", "own")
        if kind == "shuffled":
            v = v.ravel()[self.order].reshape(v.shape)
        direction = g / (k["batch"] * v + k["damping"])
        if kind == "norms":
            direction = norm(direction) / norm(g) * g
        return self.ball.step(x, direction, t)


class RfRmspropHalf:
    """Each operation rounded to bfloat16, the numbers that multiply not."""

    def __init__(self, shape, k, decay):
        self.k, self.decay = k, decay
        self.v, self.m = numpy.full(shape, 1 / k["batch"]), numpy.zeros(shape)

    def __call__(self, x, g, t):
        k, r = self.k, bfloat16
        g = r(g)
        self.v = r((1 - k["beta2"]) * g**2 + r(k["beta2"] * self.v))
        direction = r(g / r(r(k["batch"] * self.v) + k["damping"]))
        self.m = r(r(k["momentum"] * self.m) + r(self.decay * x + direction))
        return x - rate(t) * self.m


class AdamPower:
    """AdamW with (batch v)^power: power 1 without corrections from v = 1 / batch is RF-AdamW."""

    def __init__(self, shape, k, decay):
        self.k, self.decay = k, decay
        self.m, self.v = numpy.zeros(shape), numpy.full(shape, k.get("start", 0.0))

    def __call__(self, x, g, t):
        k, b1, b2 = self.k, self.k["beta1"], self.k["beta2"]
        self.m = b1 * self.m + (1 - b1) * g
        self.v = b2 * self.v + (1 - b2) * g**2
        m, v = (self.m / (1 - b1**t), self.v / (1 - b2**t)) if k["unbias"] else (self.m, self.v)
        direction = m / ((k["batch"] * v) ** k["power"] + k["epsilon"])
        return x - rate(t) * (direction + self.decay * x)


def adamw(k):
    return dict(beta1=k["beta1"], beta2=k["beta2"], epsilon=k["epsilon"], power=0.5, batch=1,
                unbias=True)


class IfShampoo:
    def __init__(self, shape, k, decay):
        self.k, self.ball = k, Ball(shape, k, decay)
        self.K = [numpy.eye(n) for n in shape]
        self.m = [numpy.zeros((n, n)) for n in shape]

    def project(self, A):
        n, kind = len(A), self.k.get("factors", "dense")
        if kind == "diagonal":
            return numpy.diag(numpy.diag(A))
        if kind == "blocks":
            at = numpy.arange(n) // self.k["block"]
            return numpy.where(at[:, None] == at[None, :], A, 0)
        if kind.endswith("toeplitz"):
            B = sum(numpy.eye(n, k=j) * (numpy.trace(A, j) + (numpy.trace(A, -j) if j else 0))
                    / (n - j) for j in range(n))
            return B if kind[0] == "u" else B.T
        return A

    def update(self, g):
        k, K, n = self.k, self.K, [len(A) for A in self.K]
        whole = numpy.kron(K[0], K[1])
        Z = (whole.T @ g.ravel()).reshape(g.shape) * numpy.sqrt(k["batch"])
        H = [Z @ Z.T / n[1], Z.T @ Z / n[0]]
        c = [k["damping"] * numpy.trace(K[1].T @ K[1]) / n[1],
             k["damping"] * numpy.trace(K[0].T @ K[0]) / n[0]]
        for a in (0, 1):
            step = 0.5 * self.project(H[a] + c[a] * K[a].T @ K[a] - numpy.eye(n[a]))
            self.m[a] = k["geodesic"] * self.m[a] + (1 - k["geodesic"]) * step
        self.K = [K[a] - (1 - k["beta2"]) / max(1, norm(self.m[a])) * K[a] @ self.m[a]
                  for a in (0, 1)]

    def __call__(self, x, g, t):
        if (t - 1) % self.k.get("interval", 1) == 0:
            self.update(g)
        whole = numpy.kron(*self.K)
        return self.ball.step(x, (whole @ whole.T @ g.ravel()).reshape(g.shape), t)


class IfShampooHalf(IfShampoo):
    """Each operation rounded to bfloat16."""

    def update(self, g):
        k, r, n = self.k, bfloat16, [len(A) for A in self.K]
        share = 0.5 * (1 - k["geodesic"])
        Z = r(r(self.K[0].T @ g) @ self.K[1])
        H, norms = [Z @ Z.T, Z.T @ Z], [norm(A) for A in self.K]
        for a in (0, 1):
            K, other = self.K[a], n[1 - a]
            M = r(share * k["batch"] / other * H[a] + k["geodesic"] * self.m[a])
            scaled = r(norms[1 - a] * K)
            M = r(share * k["damping"] / other * scaled.T @ scaled + M)
            self.m[a] = r(self.project(M - share * numpy.eye(n[a])))
            length = (1 - k["beta2"]) / max(1, norm(self.m[a]))
            self.K[a] = r(K - length * r(K @ self.m[a]))

    def __call__(self, x, g, t):
        k, r = self.k, bfloat16
        g = r(g)
        if (t - 1) % k.get("interval", 1) == 0:
            self.update(g)
        L, R = self.K
        direction = r(r(r(L @ r(L.T @ g)) @ R) @ R.T)
        ball = self.ball
        ball.m = r(r(k["momentum"] * ball.m) + r(direction + ball.decay * x))
        return x - rate(t) * ball.m


def coupled(S, inverses, g, k, batch, damping=0.0):
    """Both curvatures from both old inverses."""
    (r, c), (L, R), b, half = g.shape, inverses, 1 - k["beta2"], rounding(k)
    S = [half(k["beta2"] * S[0] + b * batch / c * g @ R @ g.T),
         half(k["beta2"] * S[1] + b * batch / r * g.T @ L @ g)]
    return [half(S[0] + b * damping * numpy.trace(R) / c * numpy.eye(r)),
            half(S[1] + b * damping * numpy.trace(L) / r * numpy.eye(c))]


class RfShampoo:
    def __init__(self, shape, k, decay):
        self.k, self.ball = k, Ball(shape, k, decay)
        self.S = [numpy.eye(n) for n in shape]
        self.inverses = [numpy.eye(n) for n in shape]

    def __call__(self, x, g, t):
        if (t - 1) % self.k.get("interval", 1) == 0:
            self.S = coupled(self.S, self.inverses, g, self.k, self.k["batch"], self.k["damping"])
            self.inverses = [inv(A) for A in self.S]
        return self.ball.step(x, (inv(numpy.kron(*self.S)) @ g.ravel()).reshape(g.shape)
                              if self.k.get("interval", 1) == 1 else
                              self.inverses[0] @ g @ self.inverses[1], t)


class KlShampoo:
    def __init__(self, shape, k, decay):
        self.k, self.decay, self.M = k, decay, numpy.zeros(shape)
        self.S = [k["start"] * numpy.eye(n) for n in shape]
        self.used = list(self.S)

    def __call__(self, x, g, t):
        k = self.k
        self.S = coupled(self.S, [inv(A) for A in self.used], g, k, 1.0)
        if (t - 1) % k.get("interval", 1) == 0:
            self.used = [positive(A) + k["epsilon"] * numpy.eye(len(A)) for A in self.S]
        self.M = k["beta1"] * self.M + (1 - k["beta1"]) * g
        direction = (power(numpy.kron(*self.used), -0.5) @ self.M.ravel()).reshape(g.shape)
        return x - rate(t) * (direction + self.decay * x)


def positive(A):
    """Rounding makes small eigenvalues negative: they count as 0."""
    w, Q = eigh(A)
    return Q @ numpy.diag(numpy.maximum(w, 0)) @ Q.T


class Shampoo:
    def __init__(self, shape, k, decay):
        self.k, self.decay, self.M = k, decay, numpy.zeros(shape)
        self.S = [numpy.zeros((n, n)) for n in shape]
        self.adam = AdamPower(shape, adamw(k), 0.0)

    def __call__(self, x, g, t):
        k, b2 = self.k, self.k["beta2"]
        self.S = [b2 * self.S[0] + (1 - b2) * g @ g.T, b2 * self.S[1] + (1 - b2) * g.T @ g]
        self.S = [rounding(k)(A) for A in self.S]
        if (t - 1) % k.get("interval", 1) == 0:
            self.P = [power(positive(A) + k["epsilon"] * numpy.eye(len(A)), -0.25) for A in self.S]
        self.M = k["beta1"] * self.M + (1 - k["beta1"]) * g
        direction = (numpy.kron(*self.P) @ self.M.ravel()).reshape(g.shape)
        if k.get("graft"):
            other = -self.adam(numpy.zeros_like(x), g, t) / rate(t)
            direction *= norm(other) / norm(direction)
        return x - rate(t) * (direction + self.decay * x)


class Soap:
    """Adam's moments in the basis Q: the first is kept outside and turned when it is used. Every
    basis is new, so that the sign of its vectors does not matter (v has squares only)."""

    def __init__(self, shape, k, decay):
        self.k, self.decay = k, decay
        self.M, self.v = numpy.zeros(shape), numpy.zeros(shape)
        self.S = [numpy.zeros((n, n)) for n in shape]

    def __call__(self, x, g, t):
        k, b1, b2 = self.k, self.k["beta1"], self.k["beta2"]
        if t > 1:
            self.M = b1 * self.M + (1 - b1) * g
            turned = self.Q[0].T @ self.M @ self.Q[1] / (1 - b1 ** (t - 1))
            self.v = b2 * self.v + (1 - b2) * (self.Q[0].T @ g @ self.Q[1]) ** 2
            direction = turned / (numpy.sqrt(self.v / (1 - b2 ** (t - 1))) + k["epsilon"])
            x = x - rate(t) * (self.Q[0] @ direction @ self.Q[1].T + self.decay * x)
        self.S = [b2 * self.S[0] + (1 - b2) * g @ g.T, b2 * self.S[1] + (1 - b2) * g.T @ g]
        if (t - 1) % k["interval"] == 0:
            self.Q = [eigh(A)[1] for A in self.S]
        return x


def soap_rows():
    """Steps of SOAP on the first nine numbers as a matrix 3 x 3."""
    first = [numpy.concatenate([a.ravel() for a in arrays])[:9].reshape(3, 3)
             for arrays in [start, curvature] + noise]
    for k, decay, steps in [(dict(beta1=0.9, beta2=0.8, epsilon=1e-3, interval=1), 0.1, 2),
                            (dict(beta1=0.9, beta2=0.8, epsilon=1e-3, interval=1), 0.1, 10),
                            (dict(beta1=0.8, beta2=0.9, epsilon=1e-3, interval=4), 0.0, 10)]:
        x, method = first[0], Soap((3, 3), k, decay)
        for t in range(1, steps + 1):
            x = method(x, first[1] * x + first[1 + t], t)
        text = ",".join(f"{a}={b}" for a, b in {**k, "decay": decay}.items())
        print(f'    {{"soap:{text}", {steps},', "{" + ", ".join(f"{a:.15g}" for a in x.ravel())
              + "}},")


if sys.argv[1:] == ["--soap"]:
    soap_rows()
    sys.exit()


def run(name, kind, others, clip=0.0, decay=0.0, share=1.0, **k):
    """`kind` for the two matrices, others(k) for the rest at `share` times the rate."""
    rest, rest_k = others
    steps = [(kind if i < 2 else rest)(shape, k if i < 2 else rest_k(k), decay if decayed else 0.0)
             for i, (shape, decayed) in enumerate(zip(SHAPES, DECAYED))]
    x = [a.copy() for a in start]
    text = name + ":" + ",".join(f"{key}={value:d}" if isinstance(value, bool) else f"{key}={value}"
                                 for key, value in {**k, "decay": decay, "clip": clip}.items())
    if share != 1.0:
        text += f",{'elements_rate' if rest is RfRmsprop else 'adamw_rate'}={share}"
    for t in range(1, STEPS + 1):
        g = [c * a + s for c, a, s in zip(curvature, x, noise[t - 1])]
        size = numpy.sqrt(sum((a * a).sum() for a in g))
        g = [a * min(1.0, clip / size) if clip else a for a in g]
        new = [step(a, b, t) for step, a, b in zip(steps, x, g)]
        x = [a + (share if i >= 2 else 1.0) * (b - a) for i, (a, b) in enumerate(zip(x, new))]
        if t in (1, STEPS):
            write(text, t, x)


out.writerow(["optimizer", "step", "index", "value"])
write("start", 0, start)
write("curvature", 0, curvature)
for step in range(STEPS):
    write("noise", step + 1, noise[step])

ROOTED, FREE = (AdamPower, adamw), (RfRmsprop, lambda k: k)
same = (RfRmsprop, lambda k: k)
run("rf_rmsprop", RfRmsprop, same, decay=0.1, beta2=0.9, momentum=0.8, damping=1e-2, batch=4)
run("rf_rmsprop", RfRmsprop, same, clip=1.0, beta2=0.8, momentum=0.0, damping=1e-2, batch=2.5,
    start=0.7)


def power_run(name, hidden=(), **k):
    """Keys in `hidden` are the kind's own: they do not stand in its text."""
    kind = type("Kind", (AdamPower,), {"__init__": lambda self, shape, own, decay: AdamPower.__init__(
        self, shape, {**own, **dict(hidden)}, decay)})
    run(name, kind, (kind, lambda own: own), **k)


power_run("rf_adamw", [("power", 1.0), ("start", 1 / 8)], unbias=False, decay=0.1, beta1=0.9,
          beta2=0.95, epsilon=1e-2, batch=8)
power_run("rf_adamw", [("power", 1.0)], unbias=True, clip=1.0, start=0.0, beta1=0.8, beta2=0.9,
          epsilon=0.1, batch=2)
power_run("adam_p", power=0.25, unbias=True, decay=0.1, beta1=0.9, beta2=0.95, epsilon=1e-2,
          batch=1)
power_run("adam_p", power=0.75, unbias=False, start=0.5, clip=2.0, beta1=0.9, beta2=0.95,
          epsilon=1e-3, batch=4)
free = dict(beta2=0.9, momentum=0.8, damping=1e-2, batch=4)
run("if_shampoo", IfShampoo, FREE, decay=0.1, geodesic=0.5, **free)
run("if_shampoo", IfShampoo, FREE, clip=1.0, share=0.5, geodesic=0.3, interval=3, **free)
run("if_shampoo", IfShampoo, FREE, geodesic=0.5, factors="diagonal", **free)
run("if_shampoo", IfShampoo, FREE, geodesic=0.5, factors="blocks", block=2, **free)
run("if_shampoo", IfShampoo, FREE, geodesic=0.5, factors="upper_toeplitz", **free)
run("if_shampoo", IfShampoo, FREE, geodesic=0.5, factors="lower_toeplitz", **free)
run("rf_shampoo", RfShampoo, FREE, decay=0.1, **free)
run("rf_shampoo", RfShampoo, FREE, clip=1.0, share=0.5, interval=3, **free)
rooted = dict(beta1=0.8, beta2=0.9, epsilon=1e-2)
run("shampoo", Shampoo, ROOTED, decay=0.1, **rooted)
run("shampoo", Shampoo, ROOTED, clip=1.0, share=0.5, graft=True, interval=3, **rooted)
run("kl_shampoo", KlShampoo, ROOTED, decay=0.1, start=0.1, **rooted)
run("kl_shampoo", KlShampoo, ROOTED, clip=1.0, share=0.5, start=0.3, interval=3, **rooted)
run("rf_rmsprop", RfRmsprop, same, decay=0.1, direction="shuffled", beta2=0.9, momentum=0.8,
    damping=1e-1, batch=4)
run("rf_rmsprop", RfRmsprop, same, clip=1.0, direction="shuffled", shuffle=77, beta2=0.8,
    momentum=0.5, damping=1e-1, batch=2)
run("rf_rmsprop", RfRmsprop, same, clip=1.0, decay=0.1, direction="norms", beta2=0.9, momentum=0.8,
    damping=1e-2, batch=4)
half = (RfRmspropHalf, lambda k: k)
run("if_shampoo", IfShampooHalf, half, decay=0.1, geodesic=0.5, state="bfloat16", **free)
run("if_shampoo", IfShampooHalf, half, clip=1.0, geodesic=0.3, interval=3, factors="blocks",
    block=2, state="bfloat16", **free)
run("rf_shampoo", RfShampoo, FREE, decay=0.1, state="bfloat16", **free)
run("shampoo", Shampoo, ROOTED, decay=0.1, state="bfloat16", **rooted)
run("kl_shampoo", KlShampoo, ROOTED, decay=0.1, start=0.1, state="bfloat16", **rooted)

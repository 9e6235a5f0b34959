#!/usr/bin/env python3
"""Writes schedules.csv: rates by PyTorch's schedulers where there is one, else by formulas written
again here from the papers.

    python3 tests/golden/schedules.py > tests/golden/schedules.csv

torch_rates(...)[k] is the rate after k calls of scheduler.step(). Where a decay is a function of
k / T, our step s is k = s + 1: our arrays leave out the rate that stands before the first update.
"""
import csv
import math
import sys

import torch
from torch.optim import lr_scheduler

PEAK, TOTAL = 0.3, 40
out = csv.writer(sys.stdout, lineterminator="\n")
out.writerow(["schedule", "step", "rate"])


def write(text, rates):
    """rates: pairs (step, rate)."""
    for step, rate in rates:
        out.writerow([text, step, repr(float(rate))])


def torch_rates(kind, count=TOTAL + 1, **options):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=PEAK)
    scheduler = kind(optimizer, **options)
    rates = []
    for _ in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def after(rates):
    return list(enumerate(rates[1:TOTAL + 1]))


def multistep_cosine(i, warmup):
    knots = [(warmup, 1.0), (0.8 * TOTAL, 10 ** -0.5), (0.9 * TOTAL, 0.1), (TOTAL, 0.0)]
    for (a, high), (b, low) in zip(knots, knots[1:]):
        if i <= b:
            return low + (high - low) * 0.5 * (1 + math.cos(math.pi * (i - a) / (b - a)))


def wsd(g, begin=30):
    return [(s, PEAK * (1.0 if s < begin else 0.1 + 0.9 * g((s + 1 - begin) / (TOTAL - begin))))
            for s in range(TOTAL)]


write("cosine:floor=0.1",
      after(torch_rates(lr_scheduler.CosineAnnealingLR, T_max=TOTAL, eta_min=0.03)))
write("cosine:floor=0.1,cycle=15,after=rise",
      after(torch_rates(lr_scheduler.CosineAnnealingLR, T_max=15, eta_min=0.03)))
write("cosine:cycle=60", after(torch_rates(lr_scheduler.CosineAnnealingLR, T_max=60)))
restarts = after(torch_rates(lr_scheduler.CosineAnnealingWarmRestarts, T_0=8))
write("cosine:cycle=8,after=restart", [(s, r) for s, r in restarts if (s + 1) % 8])
write("linear:floor=0.2",
      after(torch_rates(lr_scheduler.LinearLR, start_factor=1.0, end_factor=0.2,
                        total_iters=TOTAL)))
write("constant:warmup=10",
      list(enumerate(torch_rates(lr_scheduler.LinearLR, start_factor=0.1, end_factor=1.0,
                                 total_iters=9)))[:TOTAL])
write("multistep:milestones=10/0.5/33,factor=0.5",
      list(enumerate(torch_rates(lr_scheduler.MultiStepLR, milestones=[10, 20, 33],
                                 gamma=0.5)))[:TOTAL])
write("wsd:decay=1,shape=exponential,floor=0.01",
      after(torch_rates(lr_scheduler.ExponentialLR, gamma=0.01 ** (1 / TOTAL))))
triangles = torch_rates(lr_scheduler.CyclicLR, base_lr=0.03, max_lr=PEAK, step_size_up=5,
                        cycle_momentum=False, count=50)
write("cyclic:hold=10,half=5,floor=0.1",
      [(s, triangles[5 + max(0, s + 1 - 10)]) for s in range(TOTAL)])
write("wsd:decay=10,shape=linear,floor=0.1", wsd(lambda x: 1 - x))
write("wsd:decay=0.25,shape=cosine,floor=0.1", wsd(lambda x: (1 + math.cos(math.pi * x)) / 2))
write("wsd:decay=0.25,floor=0.1", wsd(lambda x: 1 - math.sqrt(x)))
write("wsd:decay=10,shape=1-square,floor=0.1", wsd(lambda x: 1 - x * x))
write("wsd:decay=10,shape=exponential,floor=0.1", wsd(lambda x: (0.1 ** x - 0.1) / 0.9))
write("knee:explore=0.75,floor=0.1", wsd(lambda x: 1 - x))
write("multistep_cosine", [(s, PEAK * multistep_cosine(s + 1, 0)) for s in range(TOTAL)])
write("multistep_cosine:warmup=4",
      [(s, PEAK * ((s + 1) / 4 if s < 4 else multistep_cosine(s + 1, 4))) for s in range(TOTAL)])
write("inverse_sqrt:warmup=8",
      [(s, PEAK * 8 ** 0.5 * min((s + 1) ** -0.5, (s + 1) * 8 ** -1.5)) for s in range(TOTAL)])
write("inverse_time", [(s, PEAK / (s + 1)) for s in range(TOTAL)])
write("inverse_time:scale=5,floor=0.2", [(s, max(0.06, PEAK / (1 + s / 5))) for s in range(TOTAL)])

#!/usr/bin/env python3
"""usage: claims.py DIR. Makes DIR/{trials.csv,claims.cfg,run.txt}: every kind on every quantity.

The verdicts are not written down: plots/verify.py recomputes them, and
tests/test_program.sh expects the program and it to agree on every one. Seeded.
"""
import math
import os
import random
import sys

random.seed(7)
here = sys.argv[1]
os.makedirs(here, exist_ok=True)

with open(os.path.join(here, "trials.csv"), "w", encoding="utf-8") as file:
    file.write("trial,method,repeat,size,outcome,measured,predicted,excess\n")
    trial = 0
    for method, power in (("slow", 1.0), ("fast", 0.5), ("odd", 0.8)):
        for repeat in range(8):
            for size in (10, 30, 100, 300):
                if method == "fast" and repeat == 3 and size == 30:
                    continue  # a missing partner
                outcome = "absent" if method == "odd" and repeat == 5 else "reached"
                if method == "odd" and repeat == 6 and size == 300:
                    outcome = "diverged"
                value = size ** power * random.lognormvariate(0.0, 0.1)
                value = {"reached": value, "absent": math.nan, "diverged": math.inf}[outcome]
                file.write(f"{trial},{method},{repeat},{size},{outcome},{value!r},"
                           f"{size ** power!r},{value - size ** power!r}\n")
                trial += 1

regions = {
    "order": ["direction = less\neffect = 0.1", "direction = greater\neffect = 0",
              "direction = less\neffect = 40"],
    "trend": ["direction = greater\neffect = 0", "direction = less\neffect = 0.5"],
    "exponent": ["expect = 0.5\ntolerance = 0.05", "expect = 1\ntolerance = 0.3"],
    "number": ["expect = 1\ntolerance = 0.1", "expect = 30\ntolerance = 40\nnull = 0"],
    "bound": ["high = 1.5", "low = -0.5", "low = 0.1\nhigh = 900"],
    "edge": ["tolerance = 0.2"],
    "equal": ["margin = 0.3"],
    "exact": ["expect = 1\ntolerance = 0.4", "low = 0"],
}
quantities = [
    "quantity = value\nvalue = measured/predicted",
    "quantity = value\nvalue = measured",
    "quantity = difference\nvalue = measured\nagainst = method=slow\npair = repeat size",
    "quantity = ratio\nvalue = measured\nagainst = method=slow\npair = repeat size",
    "quantity = slope\nvalue = measured\nx = size\ngroup = repeat",
    "quantity = slope\nvalue = measured\nx = size",
    "quantity = local_slope\nvalue = measured\nx = size\ngroup = method",
    "quantity = positive\nvalue = excess\ngroup = repeat",
]
selections = ["method=fast", "method=odd outcome=reached size>=30", "method=odd repeat=5",
              "method=odd", "method=fast repeat=2 size=100", "method!=slow size<=100",
              "method=fast repeat=2"]

with open(os.path.join(here, "claims.cfg"), "w", encoding="utf-8") as file:
    file.write("# Made by tests/golden/claims.py.\n")
    count = 0
    for kind, numbers in regions.items():
        for region in numbers:
            for quantity in quantities:
                for select in selections:
                    if "pair" in quantity and "!=" in select:
                        continue  # two methods to a key: refused
                    if "= ratio" in quantity and region.endswith("40"):
                        continue  # no ratio is below 1 - 40: refused
                    interval = "t" if count % 2 else "range"
                    domain = "law" if count % 11 == 0 else "own"
                    profile = "laptop" if count % 23 == 0 else "quick"
                    premise = f"premise = C{count - 7}\n" if count % 17 == 9 else ""
                    file.write(f"\n[C{count}]\nstatement = case {count}\nsource = ours\n"
                               f"domain = {domain}\nscale = made up\nreason = a case\n"
                               f"kind = {kind}\nprofile = {profile}\n{premise}"
                               f"select = {select}\ninterval = {interval}\n{quantity}\n{region}\n")
                    count += 1

with open(os.path.join(here, "run.txt"), "w", encoding="utf-8") as file:
    file.write("run.profile = quick\n")

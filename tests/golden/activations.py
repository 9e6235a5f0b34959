#!/usr/bin/env python3
"""Writes activations.csv: activations and their slopes by PyTorch 1.13 (Debian's python3-torch),
in double precision.

    python3 tests/golden/activations.py > tests/golden/activations.csv
"""
import torch
from torch.nn import functional

points = torch.cat([torch.linspace(-12, 12, 49), torch.tensor([-1e-3, 1e-3, -7.3, 0.1, 30.0, -30.0])])
points = points.to(torch.float32).to(torch.float64)
kinds = {
    "relu": functional.relu,
    "relu2": lambda x: functional.relu(x).square(),
    "gelu": lambda x: functional.gelu(x, approximate="tanh"),
    "silu": functional.silu,
}

columns = [points]
for phi in kinds.values():
    x = points.clone().requires_grad_()
    y = phi(x)
    y.sum().backward()
    columns += [y.detach(), x.grad]

print("x," + ",".join(f"{name},{name}_slope" for name in kinds))
for row in zip(*columns):
    print(",".join(f"{float(value):.17g}" for value in row))

"""PyTorch's side of bench_optimizers: steps of an optimizer on request, for-each, float32, CPU.

usage: optimizer_peer.py KIND MATRICES SIDE

MATRICES parameters of SIDE x SIDE with gradients that stay. Says one line with the version when
ready; then a line "STEPS THREADS" on stdin is answered by the seconds of that many steps.
"""
import sys
import time

import torch

KINDS = {
    "sgd": (torch.optim.SGD, {}),
    "momentum": (torch.optim.SGD, {"momentum": 0.9}),
    "nesterov": (torch.optim.SGD, {"momentum": 0.9, "nesterov": True}),
    "rmsprop": (torch.optim.RMSprop, {}),
    "rmsprop_momentum": (torch.optim.RMSprop, {"momentum": 0.9}),
    "adam": (torch.optim.Adam, {}),
    "adamw": (torch.optim.AdamW, {"weight_decay": 0.1}),
    "adamw_clipped": (torch.optim.AdamW, {"weight_decay": 0.1}),
}

kind, matrices, side = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
torch.manual_seed(1000)
parameters = [torch.randn(side, side, requires_grad=True) for _ in range(matrices)]
for parameter in parameters:
    parameter.grad = torch.randn(side, side)
make, options = KINDS[kind]
optimizer = make(parameters, lr=1e-4, foreach=True, **options)
print(f"PyTorch {torch.__version__}", flush=True)
for line in sys.stdin:
    steps, threads = map(int, line.split())
    torch.set_num_threads(threads)
    start = time.perf_counter()
    for _ in range(steps):
        if kind.endswith("clipped"):
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
    print(time.perf_counter() - start, flush=True)

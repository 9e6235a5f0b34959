"""PyTorch's side of bench_gpu: whole training steps of GPT-2 on request, on the GPU.

usage: torch_peer.py --here                         exit 0 where PyTorch finds a GPU
       torch_peer.py LAYERS WIDTH HEADS CONTEXT BATCH CLASSES PRECISION WAY

PRECISION: float32, tf32 or bfloat16 (autocast: parameters in float32); WAY: eager or compiled
(torch.compile). The same network as ours, with a tied head; attention by PyTorch's own fused
function, AdamW fused. bench_training.c says what differs.
Says one line with the versions when ready, or "skipped: REASON" and ends; then a line "STEPS THREADS" on stdin is answered
by the seconds of so many steps.
"""
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def attention(self, x):
        B, T, C = x.shape
        q, k, v = (part.view(B, T, self.heads, C // self.heads).transpose(1, 2)
                   for part in self.qkv(x).split(C, dim=2))
        y = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(B, T, C))

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(functional.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Transformer(nn.Module):
    def __init__(self, layers, width, heads, context, classes):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(classes, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes, bias=False)
        self.tokens.weight.data *= 0.02
        self.head.weight = self.tokens.weight

    def forward(self, x, labels):
        at = torch.arange(x.shape[1], device=x.device)
        h = self.norm(self.blocks(self.tokens(x) + self.positions(at)))
        return functional.cross_entropy(self.head(h).flatten(0, 1), labels)


def training():
    """A function that does one step; it has done its first."""
    layers, width, heads, context, batch, classes = map(int, sys.argv[1:7])
    precision, way = sys.argv[7:]
    torch.manual_seed(1)
    torch.set_float32_matmul_precision("highest" if precision == "float32" else "high")
    model = Transformer(layers, width, heads, context, classes).cuda()
    x = torch.randint(classes, (batch, context), device="cuda")
    labels = torch.randint(classes, (batch * context,), device="cuda")
    loss = torch.compile(model) if way == "compiled" else model
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95),
                                  weight_decay=0.1, fused=True)

    def step():
        optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cuda", torch.bfloat16, enabled=precision == "bfloat16"):
            value = loss(x, labels)
        value.backward()
        optimizer.step()

    step()
    torch.cuda.synchronize()
    return step


def main():
    if sys.argv[1:] == ["--here"]:
        sys.exit(0 if torch.cuda.is_available() else 1)
    try:
        step = training()
    except Exception as error:  # out of memory, no compiler, a PyTorch too old: the reason is told
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        print("skipped:", reason.encode("ascii", "replace")[:200].decode(), flush=True)
        return
    print(f"PyTorch {torch.__version__}, {torch.cuda.get_device_name()}", flush=True)
    for line in sys.stdin:
        steps = int(line.split()[0])
        start = time.perf_counter()
        for _ in range(steps):
            step()
        torch.cuda.synchronize()
        print(time.perf_counter() - start, flush=True)


main()

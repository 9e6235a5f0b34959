"""PyTorch's side of bench_training: whole training steps on request, eager, float32, on the CPU.

usage: training_peer.py lm LAYERS WIDTH HEADS CONTEXT BATCH CLASSES
       training_peer.py cnn BATCH [WIDTH POOL]...

The same networks as ours: GPT-2 with a tied head, or on 28 x 28 pixels conv 3x3, BN, ReLU for
each WIDTH, halved where POOL is 1 (16 0 32 1 64 1 unless given), and a linear head; a step is zero_grad, forward, backward, AdamW. Attention is
tried written out and by PyTorch's own function, AdamW with and without foreach; the fastest is
kept for each number of threads. Says one line with the versions when ready; then a line
"STEPS THREADS" on stdin is answered by the seconds.
"""
import itertools
import math
import sys
import time

import torch
from torch import nn
from torch.nn import functional


class Attention(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.heads = heads
        self.fused = False
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.register_buffer("mask", torch.ones(context, context, dtype=torch.bool).tril())

    def forward(self, x):
        B, T, C = x.shape
        q, k, v = (part.view(B, T, self.heads, C // self.heads).transpose(1, 2)
                   for part in self.qkv(x).split(C, dim=2))
        if self.fused:
            y = functional._scaled_dot_product_attention(q, k, v, is_causal=True)[0]
        else:
            scores = q @ k.transpose(-2, -1) / math.sqrt(C // self.heads)
            y = scores.masked_fill(~self.mask, -math.inf).softmax(-1) @ v
        return self.out(y.transpose(1, 2).reshape(B, T, C))


class Block(nn.Module):
    def __init__(self, width, heads, context):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads, context)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(functional.gelu(self.up(self.norm2(x)), approximate="tanh"))


class Transformer(nn.Module):
    def __init__(self, layers, width, heads, context, batch, classes):
        super().__init__()
        self.tokens, self.positions = nn.Embedding(classes, width), nn.Embedding(context, width)
        self.blocks = nn.Sequential(*(Block(width, heads, context) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, classes, bias=False)
        self.tokens.weight.data *= 0.02
        self.head.weight = self.tokens.weight
        self.x = torch.randint(classes, (batch, context))
        self.labels = torch.randint(classes, (batch * context,))
        self.at = torch.arange(context)

    def loss(self):
        h = self.norm(self.blocks(self.tokens(self.x) + self.positions(self.at)))
        return functional.cross_entropy(self.head(h).flatten(0, 1), self.labels)

    def fuse(self, fused):
        for block in self.blocks:
            block.attention.fused = fused


class Convolutions(nn.Module):
    def __init__(self, batch, *shape):
        super().__init__()
        widths, pools = shape[::2] or (16, 32, 64), shape[1::2] or (0, 1, 1)
        layers, inputs, side = [], 1, 28
        for outputs, pooled in zip(widths, pools):
            layers += [nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                       nn.BatchNorm2d(outputs), nn.ReLU()]
            if pooled:
                layers.append(nn.MaxPool2d(2))
                side //= 2
            inputs = outputs
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs * side * side, 10))
        self.x = torch.randn(batch, 1, 28, 28)
        self.labels = torch.randint(10, (batch,))

    def loss(self):
        return functional.cross_entropy(self.body(self.x), self.labels)

    def fuse(self, last):
        """Here: the order of channels in memory, first or last."""
        form = torch.channels_last if last else torch.contiguous_format
        self.body.to(memory_format=form)
        self.x = self.x.contiguous(memory_format=form)


def optimizers(model):
    for foreach in (False, True):
        yield torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.1,
                                foreach=foreach)


def run(model, variant, steps):
    fused, optimizer = variant
    model.fuse(fused)
    start = time.perf_counter()
    for _ in range(steps):
        optimizer.zero_grad(set_to_none=True)
        model.loss().backward()
        optimizer.step()
    return time.perf_counter() - start


def fastest(model, variants):
    """By the better of some turns each, after one to warm up."""
    def best(variant):
        seconds = run(model, variant, 1)
        steps = max(1, min(50, int(0.1 / seconds)))
        return min(run(model, variant, steps) / steps for _ in range(3))

    return min(variants, key=best)


torch.manual_seed(1)
kind, *numbers = sys.argv[1:]
model = {"lm": Transformer, "cnn": Convolutions}[kind](*map(int, numbers))
variants = list(itertools.product((False, True), optimizers(model)))
chosen = {}
for threads in (1, 2):
    torch.set_num_threads(threads)
    chosen[threads] = fastest(model, variants)
names = ", ".join(f"{threads}: variant {variants.index(v)}" for threads, v in chosen.items())
print(f"PyTorch {torch.__version__} ({names})", flush=True)
for line in sys.stdin:
    steps, threads = map(int, line.split())
    torch.set_num_threads(threads)
    print(run(model, chosen[threads], steps), flush=True)

#!/usr/bin/env python3
"""Writes layers.csv: losses and gradients of single layers in PyTorch, in double.

The cases are those of tests/layer_cases.h, by the same names, with parameters by the same
formula (network.py). Autograd makes the gradients.

    /usr/bin/python3 tests/golden/layers.py > tests/golden/layers.csv      (PyTorch 1.13)
"""
import torch
import torch.nn.functional as F

from network import Parameters, labels, numbers, single, tokens, write

PHI = {
    "none": lambda x: x,
    "relu": F.relu,
    "relu2": lambda x: F.relu(x) ** 2,
    "gelu": lambda x: F.gelu(x, approximate="tanh"),
    "silu": F.silu,
}


def probe(y):
    return (y.reshape(-1) * torch.tensor(numbers("probe", y.numel()))).sum()


def linear(P, rows, cols, outputs, phi="none", bias=False, skip=False, flat=False):
    x = P.matrix("source.weight", rows, cols)
    x = x.reshape(1, -1) if flat else x
    W = P.matrix("layer.weight", outputs, x.shape[1])
    y = PHI[phi](F.linear(x, W, P.vector("layer.bias", outputs) if bias else None))
    return probe(y + P.matrix("skip.weight", rows, outputs) if skip else y)


def layernorm(P, rows, cols):
    x = P.matrix("source.weight", rows, cols)
    return probe(F.layer_norm(x, (cols,), P.vector("layer.weight", cols), P.vector("layer.bias", cols), 1e-5))


def rmsnorm(P, rows, cols):
    x = P.matrix("source.weight", rows, cols)
    return probe(x / torch.sqrt((x * x).mean(1, keepdim=True) + 1e-5) * P.vector("layer.weight", cols))


def turn(x):
    """Rotary positions as products of complex numbers; x: ..., T, head_size."""
    T, half = x.shape[-2], x.shape[-1] // 2
    angle = torch.arange(T)[:, None] * 10000.0 ** (-torch.arange(half) / half)
    z = torch.complex(x[..., :half], x[..., half:]) * torch.polar(torch.ones_like(angle), angle)
    return torch.cat([z.real, z.imag], -1)


def attend(qkv, B, T, heads, key_heads, size, causal, rotary=False):
    q, k, v = qkv.reshape(B, T, -1).split([heads * size, key_heads * size, key_heads * size], 2)
    q, k, v = (x.reshape(B, T, -1, size).transpose(1, 2) for x in (q, k, v))
    if rotary:
        q, k = turn(q), turn(k)
    k, v = (x.repeat_interleave(heads // key_heads, 1) for x in (k, v))
    score = q @ k.transpose(2, 3) / size**0.5
    if causal:
        score = score.masked_fill(torch.triu(torch.ones(T, T, dtype=torch.bool), 1), -torch.inf)
    return (score.softmax(3) @ v).transpose(1, 2).reshape(B * T, heads * size)


def attention(P, rows, cols, *shape, rotary=False):
    return probe(attend(P.matrix("source.weight", rows, cols), *shape, rotary=rotary))


def activation(P, rows, cols, phi):
    return probe(PHI[phi](P.matrix("source.weight", rows, cols)))


def gate(P, rows, cols):
    a, b = P.matrix("source.weight", rows, cols).chunk(2, 1)
    return probe(F.silu(a) * b)


def positions(P, rows, cols, context):
    table = P.matrix("layer.weight", context, cols)
    return probe(P.matrix("source.weight", rows, cols).reshape(-1, context, cols) + table)


def embedding(P, rows, cols, vocabulary):
    return probe(F.embedding(tokens(rows, vocabulary), P.matrix("layer.weight", vocabulary, cols)))


def head(P, rows, cols, classes, bias=False, smoothing=0.0, masked=False):
    x = P.matrix("source.weight", rows, cols)
    logits = F.linear(x, P.matrix("layer.weight", classes, cols), P.vector("layer.bias", classes) if bias else None)
    if masked:
        return 0.0 * logits.sum()
    return F.cross_entropy(logits, labels(rows, classes), ignore_index=-1, label_smoothing=smoothing)


CASES = {
    "linear": lambda P: linear(P, 7, 5, 3, bias=True),
    "linear_skip": lambda P: linear(P, 6, 4, 9, bias=True, skip=True),
    "linear_plain": lambda P: linear(P, 1, 1, 1),
    "linear_flat": lambda P: linear(P, 6, 4, 3, bias=True, flat=True),
    "linear_relu": lambda P: linear(P, 33, 17, 19, "relu", bias=True),
    "linear_relu2": lambda P: linear(P, 5, 6, 7, "relu2"),
    "linear_gelu": lambda P: linear(P, 40, 16, 64, "gelu", bias=True),
    "linear_silu": lambda P: linear(P, 5, 6, 7, "silu", bias=True),
    "layernorm": lambda P: layernorm(P, 5, 19),
    "layernorm_one": lambda P: layernorm(P, 1, 2),
    "rmsnorm": lambda P: rmsnorm(P, 5, 19),
    "rmsnorm_one": lambda P: rmsnorm(P, 1, 1),
    "attention": lambda P: attention(P, 21, 36, 3, 7, 2, 2, 6, True),
    "attention_full": lambda P: attention(P, 10, 30, 2, 5, 2, 2, 5, False),
    "attention_groups": lambda P: attention(P, 22, 24, 2, 11, 4, 1, 4, True),
    "attention_rotary": lambda P: attention(P, 18, 32, 2, 9, 4, 2, 4, True, rotary=True),
    "attention_one": lambda P: attention(P, 1, 6, 1, 1, 1, 1, 2, True, rotary=True),
    "activation_relu": lambda P: activation(P, 5, 7, "relu"),
    "activation_relu2": lambda P: activation(P, 5, 7, "relu2"),
    "activation_gelu": lambda P: activation(P, 5, 7, "gelu"),
    "activation_silu": lambda P: activation(P, 5, 7, "silu"),
    "gate": lambda P: gate(P, 5, 14),
    "positions": lambda P: positions(P, 15, 6, 5),
    "embedding": lambda P: embedding(P, 23, 6, 9),
    "head": lambda P: head(P, 13, 6, 11, bias=True),
    "head_smoothing": lambda P: head(P, 13, 6, 11, smoothing=0.1),
    "head_one": lambda P: head(P, 1, 3, 2),
    "head_masked": lambda P: head(P, 4, 3, 5, bias=True, masked=True),
}

if __name__ == "__main__":
    print("case,name,index,value")
    for name, make in CASES.items():
        parameters = Parameters()
        write(name, make(parameters), parameters)

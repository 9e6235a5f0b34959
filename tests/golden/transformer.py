#!/usr/bin/env python3
"""Writes transformer.csv: loss and gradients of two-layer language models in PyTorch, in double.

GPT-2's style and Llama's, built from the layers of layers.py; names as in src/model.

    /usr/bin/python3 tests/golden/transformer.py > tests/golden/transformer.csv      (PyTorch 1.13)
"""
import torch.nn.functional as F

from layers import attend
from network import Parameters, labels, tokens, write


def project(P, name, x, outputs, bias):
    return F.linear(x, P.matrix(name + ".weight", outputs, x.shape[1]),
                    P.vector(name + ".bias", outputs) if bias else None)


def norm(P, name, x, llama):
    C, weight = x.shape[1], P.vector(name + ".weight", x.shape[1])
    if llama:
        return x * ((x * x).mean(1, keepdim=True) + 1e-5) ** -0.5 * weight
    return F.layer_norm(x, (C,), weight, P.vector(name + ".bias", C), 1e-5)


def block(P, name, h, shape, hidden, llama=False, causal=True):
    B, T, heads, key_heads, size = shape
    C = heads * size
    x = project(P, name + ".attention.qkv", norm(P, name + ".norm1", h, llama), (heads + 2 * key_heads) * size, not llama)
    x = attend(x, B, T, heads, key_heads, size, causal, rotary=llama)
    h = h + project(P, name + ".attention.project", x, C, not llama)
    x = norm(P, name + ".norm2", h, llama)
    if llama:
        a, b = project(P, name + ".mlp.up", x, 2 * hidden, False).chunk(2, 1)
        x = F.silu(a) * b
    else:
        x = F.gelu(project(P, name + ".mlp.up", x, hidden, True), approximate="tanh")
    return h + project(P, name + ".mlp.down", x, C, not llama)


def transformer(P, B, T, heads, key_heads, size, hidden, V, llama, tied):
    C = heads * size
    h = F.embedding(tokens(B * T, V), P.matrix("embedding.weight", V, C))
    if not llama:
        h = h + P.matrix("positions.weight", T, C).repeat(B, 1)
    for k in range(2):
        h = block(P, f"block{k}", h, (B, T, heads, key_heads, size), hidden, llama)
    h = norm(P, "norm", h, llama)
    logits = h @ (P["embedding.weight"] if tied else P.matrix("head.weight", V, C)).T
    return F.cross_entropy(logits, labels(B * T, V), ignore_index=-1)


if __name__ == "__main__":
    print("case,name,index,value")
    for name, llama, key_heads, hidden, tied in [
        ("gpt2", False, 4, 128, True),
        ("gpt2_untied", False, 4, 128, False),
        ("llama", True, 2, 96, True),  # 2/3 of 128, up to a multiple of 16
    ]:
        parameters = Parameters()
        write(name, transformer(parameters, 3, 11, 4, key_heads, 8, hidden, 37, llama, tied), parameters, 4)

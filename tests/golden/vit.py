#!/usr/bin/env python3
"""Writes vit.csv: loss and gradients of a tiny vision transformer in PyTorch, in double.

Images are (batch, line, column, channel) as in src; PyTorch gets the channels first.

    /usr/bin/python3 tests/golden/vit.py > tests/golden/vit.csv      (PyTorch 1.13)
"""
import torch.nn.functional as F

from network import Parameters, images, labels, write
from transformer import block, norm


def vit(P, B, H, W, channels, patch, heads, size, hidden, classes):
    C, T = heads * size, H // patch * (W // patch)
    kernel = P.matrix("patches.weight", C, patch * patch * channels)
    kernel = kernel.reshape(C, patch, patch, channels).permute(0, 3, 1, 2)
    x = F.conv2d(images(B, H, W, channels).permute(0, 3, 1, 2), kernel, P.vector("patches.bias", C), stride=patch)
    h = x.permute(0, 2, 3, 1).reshape(B * T, C) + P.matrix("positions.weight", T, C).repeat(B, 1)
    for k in range(2):
        h = block(P, f"block{k}", h, (B, T, heads, heads, size), hidden, causal=False)
    h = norm(P, "norm", h, False).reshape(B, T, C).mean(1)
    logits = F.linear(h, P.matrix("head.weight", classes, C), P.vector("head.bias", classes))
    return F.cross_entropy(logits, labels(B, classes), ignore_index=-1)


if __name__ == "__main__":
    print("case,name,index,value")
    parameters = Parameters()
    write("vit", vit(parameters, 3, 8, 12, 3, 4, 2, 8, 64, 10), parameters, 4)

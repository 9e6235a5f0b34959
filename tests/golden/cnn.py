#!/usr/bin/env python3
"""Writes cnn.csv: layers of images alone, and two small CNNs, in PyTorch, in double.

Images are (batch, line, column, channel) as in src; PyTorch gets the channels first. Running
statistics start at 1; their values after the pass are written where others have gradients.

    /usr/bin/python3 tests/golden/cnn.py > tests/golden/cnn.csv      (PyTorch 1.13)
"""
import numpy as np
import torch
import torch.nn.functional as F

from network import Parameters, images, labels, numbers, single, write

EPSILON, MOMENTUM = 1e-5, 0.1


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


class Images:
    """Layers by name on (batch, line, column, channel); `states` are running statistics."""

    def __init__(self):
        self.P, self.states = Parameters(), {}

    def conv(self, name, x, outputs, kernel, stride, padding, bias=False):
        inputs = x.shape[3]
        W = self.P.matrix(f"{name}.weight", outputs, kernel * kernel * inputs)
        W = first(W.reshape(outputs, kernel, kernel, inputs))
        b = self.P.vector(f"{name}.bias", outputs) if bias else None
        return last(F.conv2d(first(x), W, b, stride, padding))

    def norm(self, name, x, relu, skip=None):
        C = x.shape[3]
        mean, variance = torch.ones(C), torch.ones(C)
        y = last(F.batch_norm(first(x), mean, variance, self.P.vector(f"{name}.weight", C),
                              self.P.vector(f"{name}.bias", C), True, MOMENTUM, EPSILON))
        self.states[f"{name}.running_mean"], self.states[f"{name}.running_variance"] = mean, variance
        y = y if skip is None else y + skip
        return F.relu(y) if relu else y

    def write(self, case, loss, elements):
        write(case, loss, self.P, elements)
        for name, x in self.states.items():
            g = x.numpy()
            print(f"{case},{name},-2,{abs(g).max()!r}")
            print(f"{case},{name},-1,{(g * numbers('weights', g.size)).sum()!r}")


def layer(case, shape, apply, skip=None):
    """shape: of the source, (batch, line, column, channel)."""
    net = Images()
    x = net.P.matrix("source.weight", int(np.prod(shape[:3])), shape[3]).reshape(shape)
    s = net.P.matrix("skip.weight", int(np.prod(shape[:3])), shape[3]).reshape(shape) if skip else None
    y = apply(net, x) if s is None else apply(net, x, s)
    c = torch.tensor(numbers("probe", y.numel())).reshape(y.shape)
    net.write(case, (c * y).sum(), 4)


def conv(case, B, H, W, I, O, kernel, stride, padding, bias=False):
    layer(case, (B, H, W, I), lambda net, x: net.conv("layer", x, O, kernel, stride, padding, bias))


def norm(case, rows, C, relu=False, skip=False):
    layer(case, (rows, 1, 1, C), lambda net, x, s=None: net.norm("layer", x, relu, s), skip)


def pool(case, function, B, H, W, size, C):
    layer(case, (B, H, W, C), lambda net, x: last(function(first(x), size)))


def vgg(net, x, widths, pools):
    for k, (width, pooled) in enumerate(zip(widths, pools)):
        x = net.norm(f"conv{k}.norm", net.conv(f"conv{k}", x, width, 3, 1, 1), True)
        x = last(F.max_pool2d(first(x), 2)) if pooled else x
    return x.reshape(len(x), -1)


def resnet(net, x, widths, blocks):
    x = net.norm("stem.norm", net.conv("stem", x, widths[0], 3, 1, 1), True)
    for k, width in enumerate(widths):
        for b in range(blocks):
            name, stride, beside = f"stage{k}.block{b}", 2 if k > 0 and b == 0 else 1, x
            if stride > 1 or width != x.shape[3]:
                project = net.conv(f"{name}.project", x, width, 1, stride, 0)
                beside = net.norm(f"{name}.project.norm", project, False)
            x = net.norm(f"{name}.conv0.norm", net.conv(f"{name}.conv0", x, width, 3, stride, 1), True)
            x = net.norm(f"{name}.conv1.norm", net.conv(f"{name}.conv1", x, width, 3, 1, 1), True, beside)
    return x.mean((1, 2))


def network(case, B, classes, H, W, channels, features, *arguments):
    net = Images()
    x = features(net, images(B, H, W, channels), *arguments)
    logits = F.linear(x, net.P.matrix("head.weight", classes, x.shape[1]), net.P.vector("head.bias", classes))
    net.write(case, F.cross_entropy(logits, labels(B, classes), ignore_index=-1), 4)


if __name__ == "__main__":
    print("case,name,index,value")
    conv("conv", 2, 5, 7, 3, 4, 3, 1, 1, True)
    conv("conv_one", 1, 1, 1, 1, 1, 1, 1, 0)
    conv("conv_stride", 2, 7, 6, 2, 3, 3, 2, 1, True)
    conv("conv_rest", 1, 8, 8, 2, 3, 3, 2, 1)
    conv("conv_patches", 2, 6, 9, 3, 5, 3, 3, 0, True)
    conv("conv_pixels", 3, 4, 3, 5, 6, 1, 1, 0)
    conv("conv_project", 2, 5, 5, 4, 6, 1, 2, 0)
    conv("conv_wide", 2, 9, 17, 17, 19, 5, 1, 2)
    norm("batchnorm", 31, 5)
    norm("batchnorm_two", 2, 1)
    norm("batchnorm_relu", 20, 3, relu=True)
    norm("batchnorm_skip", 12, 17, relu=True, skip=True)
    norm("batchnorm_plain_skip", 12, 4, skip=True)
    pool("maxpool", F.max_pool2d, 2, 6, 4, (3, 2), 3)
    pool("meanpool", F.avg_pool2d, 2, 6, 4, (2, 2), 3)
    pool("meanpool_all", F.avg_pool2d, 3, 5, 3, (5, 3), 2)
    network("vgg", 3, 5, 8, 12, 2, vgg, (4, 5, 6), (0, 1, 1))
    network("resnet", 3, 5, 7, 6, 3, resnet, (4, 6), 2)

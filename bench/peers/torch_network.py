"""Builds a description as a PyTorch module, channels first, that gives logits."""

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from description import input_shapes, padding_of, split_weights, two_steps


class Network(nn.Module):
    def __init__(self, description, values):
        super().__init__()
        self.nodes = description["nodes"]
        self.parts = nn.ModuleDict()
        shapes = input_shapes(description)
        weights = split_weights(description, values)
        positions = []
        for node in self.nodes:
            name, shape = node["name"], shapes[node["name"]]
            if node["kind"] == "flatten":
                positions = shape
            part = module(node, shape, weights[name], positions)
            if part is not None:
                self.parts[name] = part
            if node["kind"] == "dense":
                positions = []

    def forward(self, x):
        outputs = {"input": x}
        for node in self.nodes:
            inputs = [outputs[name] for name in node["from"]]
            outputs[node["name"]] = self.apply_node(node, inputs)
        return outputs[self.nodes[-1]["name"]]

    def apply_node(self, node, inputs):
        kind = node["kind"]
        if node["name"] in self.parts:
            return self.parts[node["name"]](inputs[0])
        if kind == "add":
            return sum(inputs[1:], inputs[0])
        if kind == "concatenate":
            return torch.cat(inputs, dim=1)
        if kind == "rescaling":
            return inputs[0].to(torch.float32) * node["scale"]
        if kind == "globalAveragePooling":
            return inputs[0].mean(dim=tuple(range(2, inputs[0].dim())))
        return inputs[0].flatten(1)


def module(node, shape, weights, flattened):
    kind = node["kind"]
    rank = len(shape) - 1
    if kind == "convolution":
        return convolution(node, shape, *weights)
    if kind == "depthwise":
        return depthwise(node, shape, *weights)
    if kind == "separable":
        spatial, channels = two_steps(node)
        between = [*node["shape"][:-1], shape[-1]]
        return nn.Sequential(
            depthwise(spatial, shape, weights[0]), convolution(channels, between, *weights[1:])
        )
    if kind == "batchNormalization":
        part = (nn.BatchNorm1d if rank == 1 else nn.BatchNorm2d)(shape[-1], eps=1e-3, momentum=0.01)
        for target, value in zip((part.weight, part.bias, part.running_mean, part.running_var), weights):
            fill(target, value)
        return part
    if kind == "activation":
        return nn.ReLU() if node["activation"] == "relu" else nn.ReLU6()
    if kind == "maxPooling":
        return (nn.MaxPool1d if rank == 1 else nn.MaxPool2d)(node["size"])
    if kind == "dropout":
        return nn.Dropout(node["rate"])
    if kind == "dense":
        return dense(node, shape, weights, flattened)
    return None


def fill(target, value):
    with torch.no_grad():
        target.copy_(torch.from_numpy(np.ascontiguousarray(value)))


def convolution(node, shape, kernel, bias=None, groups=1):
    rank = len(node["kernel"])
    pads = padding_of(node, shape[:-1])
    even = all(before == after for before, after in pads)
    part = (nn.Conv1d if rank == 1 else nn.Conv2d)(
        shape[-1],
        kernel.shape[-1],
        tuple(node["kernel"]),
        stride=tuple(node["strides"]),
        dilation=tuple(node["dilation"]),
        padding=tuple(before for before, _ in pads) if even else 0,
        groups=groups,
        bias=bias is not None,
    )
    fill(part.weight, kernel.transpose(rank + 1, rank, *range(rank)))
    if bias is not None:
        fill(part.bias, bias)
    return part if even else nn.Sequential(Zeros(pads), part)


def depthwise(node, shape, kernel, bias=None):
    channels = shape[-1]
    swapped = np.moveaxis(kernel, -1, -2)
    return convolution(node, shape, swapped, bias, groups=channels)


class Zeros(nn.Module):
    def __init__(self, pads):
        super().__init__()
        self.pads = [zeros for pair in reversed(pads) for zeros in pair]

    def forward(self, x):
        return F.pad(x, self.pads)


def dense(node, shape, weights, flattened):
    """Behind a flatten layer the rows of the weights are put in the order of channels first."""
    kernel, bias = weights
    if len(flattened) > 1:
        rank = len(flattened)
        kernel = kernel.reshape(*flattened, -1).transpose(rank - 1, *range(rank - 1), rank)
        kernel = kernel.reshape(shape[-1], -1)
    part = nn.Linear(shape[-1], node["units"])
    fill(part.weight, kernel.T)
    fill(part.bias, bias)
    return part

"""Descriptions of networks (bench/networks/description.ts) and the weights that belong to them."""

import math


def padding_of(node, extents):
    """Zeros [before, after] of each dimension, as Keras adds them, for inputs of these extents."""
    pairs = []
    for extent, taps, stride, dilation in zip(extents, node["kernel"], node["strides"], node["dilation"]):
        reach = (taps - 1) * dilation
        if node["padding"] == "valid":
            pairs.append((0, 0))
        elif node["padding"] == "causal":
            pairs.append((reach, 0))
        else:
            total = max((math.ceil(extent / stride) - 1) * stride + reach + 1 - extent, 0)
            pairs.append((total // 2, total - total // 2))
    return pairs


def input_shapes(description):
    """Shape of a sample that a node reads first, by name of the node."""
    shapes = {"input": description["input"]["shape"]}
    for node in description["nodes"]:
        shapes[node["name"]] = node["shape"]
    return {node["name"]: shapes[node["from"][0]] for node in description["nodes"]}


def weight_shapes(node, shape):
    channels = shape[-1]
    kind = node["kind"]
    if kind == "convolution":
        bias = [[node["filters"]]] if node["bias"] else []
        return [[*node["kernel"], channels, node["filters"]], *bias]
    if kind == "depthwise":
        return [[*node["kernel"], channels, 1], *([[channels]] if node["bias"] else [])]
    if kind == "separable":
        ones = [1] * len(node["kernel"])
        bias = [[node["filters"]]] if node["bias"] else []
        return [[*node["kernel"], channels, 1], [*ones, channels, node["filters"]], *bias]
    if kind == "batchNormalization":
        return [[channels]] * 4
    if kind == "dense":
        return [[channels, node["units"]], [node["units"]]]
    return []


def split_weights(description, values):
    """Weights by name of their node, each a list in the order and the layouts of Keras."""
    shapes = input_shapes(description)
    result, offset = {}, 0
    for node in description["nodes"]:
        weights = []
        for shape in weight_shapes(node, shapes[node["name"]]):
            size = math.prod(shape)
            weights.append(values[offset : offset + size].reshape(shape))
            offset += size
        result[node["name"]] = weights
    if offset != len(values):
        raise ValueError(f"The weights have {len(values)} values; the network takes {offset}.")
    return result


def two_steps(node):
    """A separable convolution as a depthwise one and one of kernel 1, which share its name."""
    ones = [1] * len(node["kernel"])
    depthwise = {**node, "kind": "depthwise", "bias": False, "name": f"{node['name']}_spatial"}
    pointwise = {**node, "kind": "convolution", "kernel": ones, "strides": ones, "dilation": ones}
    return depthwise, {**pointwise, "padding": "valid"}

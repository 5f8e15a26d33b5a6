"""Builds a description with the layers of Keras."""

import keras
import numpy as np
from keras import layers

from description import padding_of


def keras_model(description):
    source = keras.Input(description["input"]["shape"], name="input")
    outputs = {"input": source}
    for node in description["nodes"]:
        inputs = [outputs[name] for name in node["from"]]
        outputs[node["name"]] = apply(node, inputs)
    return keras.Model(source, outputs[description["nodes"][-1]["name"]], name=description["name"].replace("-", "_"))


def apply(node, inputs):
    kind, name, x = node["kind"], node["name"], inputs[0]
    rank = len(x.shape) - 2
    if kind in ("convolution", "depthwise", "separable"):
        return windowed(node, x, rank)
    if kind == "add":
        return layers.Add(name=name)(inputs)
    if kind == "concatenate":
        return layers.Concatenate(name=name)(inputs)
    return LAYERS[kind](node, rank)(x)


LAYERS = {
    "rescaling": lambda n, rank: layers.Rescaling(n["scale"], name=n["name"]),
    "batchNormalization": lambda n, rank: layers.BatchNormalization(epsilon=1e-3, momentum=0.99, name=n["name"]),
    "activation": lambda n, rank: layers.Activation(n["activation"], name=n["name"]),
    "maxPooling": lambda n, rank: of_rank("MaxPooling", rank)(n["size"], name=n["name"]),
    "globalAveragePooling": lambda n, rank: of_rank("GlobalAveragePooling", rank)(name=n["name"]),
    "flatten": lambda n, rank: layers.Flatten(name=n["name"]),
    "dropout": lambda n, rank: layers.Dropout(n["rate"], name=n["name"]),
    "dense": lambda n, rank: layers.Dense(n["units"], activation=n["activation"], name=n["name"]),
}


def of_rank(name, rank):
    return getattr(layers, f"{name}{rank}D")


def windowed(node, x, rank):
    """Depthwise layers of Keras refuse causal padding, so the zeros are a layer of their own."""
    kind, name = node["kind"], node["name"]
    options = {
        "kernel_size": node["kernel"],
        "strides": node["strides"],
        "dilation_rate": node["dilation"],
        "padding": node["padding"],
        "use_bias": node["bias"],
    }
    if node["padding"] == "causal" and kind != "convolution":
        zeros = padding_of(node, x.shape[1:-1])[0]
        x = layers.ZeroPadding1D(zeros, name=f"{name}_zeros")(x)
        options["padding"] = "valid"
    if kind == "convolution":
        return of_rank("Conv", rank)(node["filters"], **options, name=name)(x)
    if kind == "depthwise":
        return depthwise(rank, name, options)(x)
    if options["padding"] == "same":
        return of_rank("SeparableConv", rank)(node["filters"], **options, name=name)(x)
    y = depthwise(rank, f"{name}_spatial", {**options, "use_bias": False})(x)
    return of_rank("Conv", rank)(node["filters"], 1, use_bias=node["bias"], name=name)(y)


def depthwise(rank, name, options):
    """One stride for all dimensions, as TensorFlow wants it."""
    return of_rank("DepthwiseConv", rank)(**options, name=name)


def weights_in_order(model, description):
    """All weights in the order of the description, whatever order Keras keeps its layers in."""
    by_name = {layer.name: layer for layer in model.layers}
    values = []
    for node in description["nodes"]:
        for name in (f"{node['name']}_spatial", node["name"]):
            if name in by_name:
                values.extend(w.ravel() for w in by_name[name].get_weights())
    return np.concatenate(values).astype("float32")

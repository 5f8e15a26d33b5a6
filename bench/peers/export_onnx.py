"""Writes a network of the zoo as ONNX: NCHW, uint8 images, any batch size, explicit padding.

onnxruntime refuses `auto_pad` with a dilation above 1, so the padding is computed here as Keras does for 'same'.
"""

import numpy as np
import onnx
from keras import layers
from onnx import TensorProto, helper, numpy_helper


class Writer:
    def __init__(self):
        self.nodes, self.weights = [], []

    def weight(self, name, value):
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=np.float32), name))
        return name

    def node(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def activation(self, layer, x):
        name = layer.activation.__name__
        if name == "linear":
            return x
        ops = {"relu": ("Relu", {}), "softmax": ("Softmax", {"axis": 1})}
        op, attributes = ops[name]
        return self.node(op, [x], f"{layer.name}_{name}", **attributes)


def same_padding(kernel, dilation):
    total = [(k - 1) * d for k, d in zip(kernel, dilation)]
    return [t // 2 for t in total] + [t - t // 2 for t in total]


def convolve(writer, layer, x, name, kernel, groups, bias=None):
    """kernel: [output channels, input channels a group, height, width]."""
    if layer.padding != "same" or tuple(layer.strides) != (1, 1):
        raise ValueError(f"{layer.name}: only 'same' padding without strides is written.")
    inputs = [x, writer.weight(f"{name}_kernel", kernel)]
    if bias is not None:
        inputs.append(writer.weight(f"{name}_bias", bias))
    size = kernel.shape[2:]
    dilation = tuple(layer.dilation_rate) if size != (1, 1) else (1, 1)
    return writer.node(
        "Conv",
        inputs,
        name,
        kernel_shape=list(size),
        dilations=list(dilation),
        group=groups,
        pads=same_padding(size, dilation),
    )


def depthwise(writer, layer, x, name, kernel, bias=None):
    height, width, channels, multiplier = kernel.shape
    kernel = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return convolve(writer, layer, x, name, kernel, channels, bias)


def export(model, path):
    writer = Writer()
    height, width, channels = model.input_shape[1:]
    x = "image"
    spatial = None
    for layer in model.layers:
        weights = {v.name: np.asarray(v) for v in layer.weights}
        bias = weights.get("bias")
        if isinstance(layer, layers.Rescaling):
            x = writer.node("Cast", [x], "image_float", to=TensorProto.FLOAT)
            x = writer.node("Mul", [x, writer.weight("scale", np.array(layer.scale))], layer.name)
        elif isinstance(layer, layers.SeparableConv2D):
            x = depthwise(writer, layer, x, f"{layer.name}_spatial", weights["depthwise_kernel"])
            pointwise = weights["pointwise_kernel"].transpose(3, 2, 0, 1)
            x = convolve(writer, layer, x, f"{layer.name}_channels", pointwise, 1, bias)
            x = writer.activation(layer, x)
        elif isinstance(layer, layers.DepthwiseConv2D):
            x = writer.activation(layer, depthwise(writer, layer, x, layer.name, weights["kernel"], bias))
        elif isinstance(layer, layers.Conv2D):
            kernel = weights["kernel"].transpose(3, 2, 0, 1)
            x = writer.activation(layer, convolve(writer, layer, x, layer.name, kernel, layer.groups, bias))
        elif isinstance(layer, layers.MaxPooling2D):
            x = writer.node(
                "MaxPool", [x], layer.name, kernel_shape=list(layer.pool_size), strides=list(layer.strides)
            )
            spatial = layer.output.shape[1:]
        elif isinstance(layer, layers.Flatten):
            x = writer.node("Flatten", [x], layer.name, axis=1)
        elif isinstance(layer, layers.Dense):
            h, w, c = spatial
            kernel = weights["kernel"].reshape(h, w, c, -1).transpose(2, 0, 1, 3).reshape(h * w * c, -1)
            names = [writer.weight(f"{layer.name}_kernel", kernel), writer.weight(f"{layer.name}_bias", bias)]
            x = writer.activation(layer, writer.node("Gemm", [x, *names], layer.name))
        elif not isinstance(layer, layers.Dropout):
            raise ValueError(f"{layer.name}: a {type(layer).__name__} is not written.")
    graph = helper.make_graph(
        writer.nodes,
        model.name,
        [helper.make_tensor_value_info("image", TensorProto.UINT8, ["n", channels, height, width])],
        [helper.make_tensor_value_info(x, TensorProto.FLOAT, ["n", model.output_shape[-1]])],
        writer.weights,
    )
    document = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(document)
    onnx.save(document, path)

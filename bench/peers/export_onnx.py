"""Writes a description with weights as ONNX: channels first, any batch size, explicit padding.

onnxruntime refuses `auto_pad` with a dilation above 1, so the padding is computed as Keras does.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from description import input_shapes, padding_of, split_weights, two_steps

TYPES = {"u8": TensorProto.UINT8, "f32": TensorProto.FLOAT}


class Writer:
    def __init__(self, description, values):
        self.nodes, self.constants = [], []
        self.shapes = input_shapes(description)
        self.weights = split_weights(description, values)
        self.outputs = {"input": "input"}
        for node in description["nodes"]:
            inputs = [self.outputs[name] for name in node["from"]]
            self.outputs[node["name"]] = self.write(node, inputs)

    def constant(self, name, value, dtype=np.float32):
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value, dtype=dtype), name))
        return name

    def node(self, op, inputs, name, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def write(self, node, inputs):
        kind, name, shape = node["kind"], node["name"], self.shapes[node["name"]]
        weights = self.weights[name]
        if kind == "convolution":
            return self.convolve(node, inputs[0], shape, *weights)
        if kind == "depthwise":
            return self.depthwise(node, inputs[0], shape, *weights)
        if kind == "separable":
            spatial, channels = two_steps(node)
            x = self.depthwise(spatial, inputs[0], shape, weights[0])
            return self.convolve(channels, x, [*node["shape"][:-1], shape[-1]], *weights[1:])
        return getattr(self, kind)(node, inputs, name, shape, weights)

    def convolve(self, node, x, shape, kernel, bias=None, groups=1):
        rank = len(node["kernel"])
        name = node["name"]
        kernel = kernel.transpose(rank + 1, rank, *range(rank))
        inputs = [x, self.constant(f"{name}_kernel", kernel)]
        if bias is not None:
            inputs.append(self.constant(f"{name}_bias", bias))
        pads = padding_of(node, shape[:-1])
        return self.node(
            "Conv",
            inputs,
            name,
            kernel_shape=node["kernel"],
            strides=node["strides"],
            dilations=node["dilation"],
            group=groups,
            pads=[before for before, _ in pads] + [after for _, after in pads],
        )

    def depthwise(self, node, x, shape, kernel, bias=None):
        return self.convolve(node, x, shape, np.moveaxis(kernel, -1, -2), bias, groups=shape[-1])

    def rescaling(self, node, inputs, name, shape, weights):
        x = self.node("Cast", inputs, f"{name}_float", to=TensorProto.FLOAT)
        return self.node("Mul", [x, self.constant(f"{name}_scale", np.array(node["scale"]))], name)

    def batchNormalization(self, node, inputs, name, shape, weights):
        names = [self.constant(f"{name}_{k}", w) for k, w in enumerate(weights)]
        return self.node("BatchNormalization", [*inputs, *names], name, epsilon=1e-3)

    def activation(self, node, inputs, name, shape, weights):
        if node["activation"] == "relu":
            return self.node("Relu", inputs, name)
        bounds = [self.constant(f"{name}_{bound}", np.array(bound)) for bound in (0, 6)]
        return self.node("Clip", [*inputs, *bounds], name)

    def maxPooling(self, node, inputs, name, shape, weights):
        size = [node["size"]] * (len(shape) - 1)
        return self.node("MaxPool", inputs, name, kernel_shape=size, strides=size)

    def globalAveragePooling(self, node, inputs, name, shape, weights):
        return self.node("Flatten", [self.node("GlobalAveragePool", inputs, f"{name}_mean")], name, axis=1)

    def flatten(self, node, inputs, name, shape, weights):
        """Channels stay last, as the weights behind expect."""
        rank = len(shape) - 1
        x = self.node("Transpose", inputs, f"{name}_last", perm=[0, *range(2, rank + 2), 1])
        return self.node("Flatten", [x], name, axis=1)

    def dropout(self, node, inputs, name, shape, weights):
        return inputs[0]

    def dense(self, node, inputs, name, shape, weights):
        names = [self.constant(f"{name}_{k}", w) for k, w in enumerate(weights)]
        if node["activation"] == "linear":
            return self.node("Gemm", [*inputs, *names], name)
        return self.node("Softmax", [self.node("Gemm", [*inputs, *names], f"{name}_logits")], name, axis=1)

    def add(self, node, inputs, name, shape, weights):
        return self.node("Sum", inputs, name)

    def concatenate(self, node, inputs, name, shape, weights):
        return self.node("Concat", inputs, name, axis=1)


def export(description, values, path):
    writer = Writer(description, values)
    *spatial, channels = description["input"]["shape"]
    dtype = TYPES[description["input"]["dtype"]]
    output = writer.outputs[description["nodes"][-1]["name"]]
    graph = helper.make_graph(
        writer.nodes,
        description["name"],
        [helper.make_tensor_value_info("input", dtype, ["n", channels, *spatial])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["n", description["classes"]])],
        writer.constants,
    )
    document = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(document)
    onnx.save(document, path)

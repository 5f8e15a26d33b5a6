"""Engines that predict alone, as peers: OpenVINO (from ONNX) and LiteRT (from a file that TensorFlow converts).

usage: inference_peers.py openvino | litert
"""

import sys
import time

from serve import THREADS, Data, reserve_output, serve

REPLIES = reserve_output()

import numpy as np  # noqa: E402

NAME = sys.argv[1]
MODELS, DATA = {}, {}


class OpenVino:
    """Precision float32: the default of some processors, bfloat16, is other work."""

    def __init__(self):
        import openvino

        self.version = openvino.__version__.split("-")[0]
        self.library = openvino
        self.core = openvino.Core()

    def build(self, files):
        config = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
            "INFERENCE_NUM_THREADS": THREADS,
            "NUM_STREAMS": 1,
        }
        document = self.core.read_model(files["onnx"])
        compiled = {}

        def predict(inputs):
            """Compiled anew for each batch size, which is faster than for any."""
            if inputs.shape not in compiled:
                model = document.clone()
                model.reshape({"input": list(inputs.shape)})
                compiled[inputs.shape] = self.core.compile_model(model, "CPU", config).create_infer_request()
            return compiled[inputs.shape].infer([inputs])[0]

        return predict

    @staticmethod
    def take(count):
        """Channels first, bytes where the samples are bytes."""
        return np.ascontiguousarray(np.moveaxis(DATA["samples"].take(count, raw=True)[1], -1, 1))


class LiteRt:
    """XNNPACK, float32 inputs."""

    def __init__(self):
        from importlib.metadata import version

        from ai_edge_litert.interpreter import Interpreter

        self.version = version("ai-edge-litert")
        self.interpreter = Interpreter

    def build(self, files):
        prepared = {}

        def predict(inputs):
            if len(inputs) not in prepared:
                interpreter = self.interpreter(model_path=files["tflite"], num_threads=THREADS)
                index = interpreter.get_input_details()[0]["index"]
                interpreter.resize_tensor_input(index, list(inputs.shape))
                interpreter.allocate_tensors()
                prepared[len(inputs)] = interpreter, index, interpreter.get_output_details()[0]["index"]
            interpreter, index, output = prepared[len(inputs)]
            interpreter.set_tensor(index, inputs)
            interpreter.invoke()
            return interpreter.get_tensor(output)

        return predict

    @staticmethod
    def take(count):
        return DATA["samples"].take(count)[1]


ENGINE = {"openvino": OpenVino, "litert": LiteRt}[NAME]()


def hello():
    return {"version": ENGINE.version, "threads": THREADS}


def data(**files):
    DATA["samples"] = Data(**files)
    return {}


def build(id, files, **_):
    MODELS[id] = ENGINE.build(files)
    return {"predictions": ["float32"]}


def drop(id):
    MODELS.pop(id, None)
    return {}


def predict(id, method, count, repeats):
    times = []
    for _ in range(repeats):
        inputs = ENGINE.take(count)
        start = time.perf_counter()
        MODELS[id](inputs)
        times.append((time.perf_counter() - start) * 1e3)
    return {"ms": times}


def predictions(id, count):
    DATA["samples"].position = 0
    return {"values": MODELS[id](ENGINE.take(count)).ravel().tolist()}


serve({f.__name__: f for f in (hello, data, build, drop, predict, predictions)}, REPLIES)

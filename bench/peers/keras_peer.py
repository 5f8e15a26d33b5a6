"""Keras on TensorFlow as a peer: a child process that answers one JSON line for each JSON line it reads.

Every answer has `ok`; times are milliseconds. See `CALLS` for what can be asked. A training method is one way to take
the same steps (new data each step, dropout on, loss and accuracy kept); the bench asks for all of them and keeps the
fastest.
"""

import os
import platform
import time

from serve import THREADS, Data, reserve_output, serve

REPLIES = reserve_output()

import keras  # noqa: E402
import tensorflow as tf  # noqa: E402

from export_onnx import export  # noqa: E402
from keras_network import keras_model, weights_in_order  # noqa: E402

tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
tf.get_logger().setLevel("ERROR")

MODELS, DATA = {}, {}
OPTIMIZERS = {"adam": lambda: keras.optimizers.Adam(1e-3), "sgd": lambda: keras.optimizers.SGD(1e-5)}


def hello():
    return {
        "python": platform.python_version(),
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "oneDnn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1") != "0",
        "threads": THREADS,
    }


def data(**files):
    DATA["samples"] = Data(**files)
    DATA["tensors"] = tf.constant(DATA["samples"].inputs), tf.constant(DATA["samples"].labels)
    return {}


class Peer:
    """One network compiled one way."""

    def __init__(self, description, jit, seed, optimizer):
        keras.utils.set_random_seed(seed)
        self.description = description
        self.model = keras_model(description)
        self.shape = self.model.input_shape[1:]
        self.jit = jit
        self.optimizer = OPTIMIZERS[optimizer]
        self.loss = keras.losses.SparseCategoricalCrossentropy()
        self.compile(1)
        self.functions = {}

    def compile(self, steps_per_execution):
        self.model.compile(
            optimizer=self.optimizer(),
            loss="sparse_categorical_crossentropy",
            metrics=["accuracy"],
            jit_compile=self.jit,
            steps_per_execution=steps_per_execution,
        )

    def take(self, count):
        return DATA["samples"].take(count)

    def one_step(self, images, labels):
        with tf.GradientTape() as tape:
            predicted = self.model(images, training=True)
            loss = self.loss(labels, predicted)
        variables = self.model.trainable_variables
        self.model.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        hits = tf.reduce_mean(tf.cast(tf.argmax(predicted, -1, tf.int32) == labels, tf.float32))
        return loss, hits

    def function(self, key, make):
        if key not in self.functions:
            self.model.optimizer.build(self.model.trainable_variables)
            self.functions[key] = make()
        return self.functions[key]

    def train_fit(self, steps, batch):
        _, images, labels = self.take(steps * batch)
        self.model.fit(images, labels, batch_size=batch, epochs=1, verbose=0, shuffle=False)

    def train_fit_grouped(self, steps, batch):
        if self.model.steps_per_execution != steps:
            self.compile(steps)
        self.train_fit(steps, batch)

    def train_on_batch(self, steps, batch):
        for _ in range(steps):
            _, images, labels = self.take(batch)
            self.model.train_on_batch(images, labels)

    def train_function(self, steps, batch):
        step = self.function("step", lambda: tf.function(self.one_step, jit_compile=self.jit))
        for _ in range(steps):
            _, images, labels = self.take(batch)
            loss, hits = step(tf.constant(images), tf.constant(labels))
        float(loss)

    def train_loop(self, steps, batch):
        inner = tf.function(self.one_step, jit_compile=self.jit)

        def make():
            @tf.function(jit_compile=False)
            def loop(start, count):
                images, labels = DATA["tensors"]
                total = tf.constant(0.0)
                for index in tf.range(count):
                    first = start + index * batch
                    loss, hits = inner(
                        tf.reshape(images[first : first + batch], (batch, *self.shape)),
                        tf.ensure_shape(labels[first : first + batch], (batch,)),
                    )
                    total += loss + 0.0 * hits
                return total

            return loop

        loop = self.function(("loop", batch), make)
        start, _, _ = self.take(steps * batch)
        float(loop(tf.constant(start), tf.constant(steps)))

    METHODS = {
        "fit": train_fit,
        "fit, all steps in one execution": train_fit_grouped,
        "train_on_batch": train_on_batch,
        "tf.function": train_function,
        "tf.function over steps": train_loop,
    }

    def predict_on_batch(self, images):
        return self.model.predict_on_batch(images)

    def predict_function(self, images):
        call = self.function(
            "predict", lambda: tf.function(lambda x: self.model(x, training=False), jit_compile=self.jit)
        )
        return call(tf.constant(images)).numpy()

    PREDICTIONS = {"predict_on_batch": predict_on_batch, "tf.function": predict_function}


def build(id, description, jit=False, seed=1, optimizer="adam", **_):
    MODELS[id] = Peer(description, jit, seed, optimizer)
    return {
        "parameters": MODELS[id].model.count_params(),
        "methods": list(Peer.METHODS),
        "predictions": list(Peer.PREDICTIONS),
    }


def drop(id):
    MODELS.pop(id, None)
    return {}


def weights(id, path):
    """All weights in the order of the description, as raw float32 bytes."""
    peer = MODELS[id]
    weights_in_order(peer.model, peer.description).tofile(path)
    return {}


def save_onnx(id, path):
    peer = MODELS[id]
    export(peer.description, weights_in_order(peer.model, peer.description), path)
    return {}


def save_tflite(id, path):
    converter = tf.lite.TFLiteConverter.from_keras_model(MODELS[id].model)
    with open(path, "wb") as file:
        file.write(converter.convert())
    return {}


def train(id, method, steps, batch):
    peer = MODELS[id]
    start = time.perf_counter()
    Peer.METHODS[method](peer, steps, batch)
    return {"msPerStep": (time.perf_counter() - start) * 1e3 / steps}


def losses(id, steps, batch):
    """Losses of the first steps over the data in order, each before its update."""
    peer = MODELS[id]
    DATA["samples"].position = 0
    values = []
    for _ in range(steps):
        _, images, labels = peer.take(batch)
        peer.model.reset_metrics()
        values.append(float(peer.model.train_on_batch(images, labels, return_dict=True)["loss"]))
    return {"losses": values}


def predict(id, method, count, repeats):
    peer = MODELS[id]
    times = []
    for _ in range(repeats):
        _, images, _ = peer.take(count)
        start = time.perf_counter()
        Peer.PREDICTIONS[method](peer, images)
        times.append((time.perf_counter() - start) * 1e3)
    return {"ms": times}


def predictions(id, count):
    peer = MODELS[id]
    DATA["samples"].position = 0
    return {"values": peer.predict_on_batch(peer.take(count)[1]).ravel().tolist()}


def epoch(id, batch, samples):
    """One epoch of `fit` over the first samples, as a user would call it."""
    peer = MODELS[id]
    DATA["samples"].position = 0
    _, images, labels = peer.take(samples)
    start = time.perf_counter()
    history = peer.model.fit(images, labels, batch_size=batch, epochs=1, verbose=0)
    return {"seconds": time.perf_counter() - start, "loss": history.history["loss"][0]}


CALLS = (hello, data, build, drop, weights, save_onnx, save_tflite, train, losses, predict, predictions, epoch)
serve({f.__name__: f for f in CALLS}, REPLIES)

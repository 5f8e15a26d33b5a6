"""JAX on the processor as a peer: the whole step is one compiled function. See keras_peer.py for what can be asked."""

import os
import time

from serve import THREADS, Data, reserve_output, serve

REPLIES = reserve_output()
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen=true intra_op_parallelism_threads={THREADS}"

import jax  # noqa: E402
import numpy as np  # noqa: E402
from jax import lax  # noqa: E402
from jax import numpy as jnp  # noqa: E402

from description import input_shapes, padding_of, split_weights, two_steps  # noqa: E402

MODELS, DATA = {}, {}
RATE, FIRST, SECOND, EPSILON = 1e-3, 0.9, 0.999, 1e-7


def hello():
    return {"version": jax.__version__, "threads": THREADS}


def data(**files):
    DATA["samples"] = Data(**files)
    return {}


def convolve(node, x, kernel, bias=None, groups=1):
    rank = len(node["kernel"])
    letters = "HW"[:rank]
    y = lax.conv_general_dilated(
        x,
        kernel,
        node["strides"],
        padding_of(node, x.shape[1:-1]),
        rhs_dilation=node["dilation"],
        dimension_numbers=(f"N{letters}C", f"{letters}IO", f"N{letters}C"),
        feature_group_count=groups,
    )
    return y if bias is None else y + bias


def depthwise(node, x, kernel, bias=None):
    return convolve(node, x, jnp.swapaxes(kernel, -1, -2), bias, x.shape[-1])


def separable(node, x, kernel, *rest):
    spatial, channels = two_steps(node)
    return convolve(channels, depthwise(spatial, x, kernel), *rest)


def pool(x, size):
    window = (1, *[size] * (x.ndim - 2), 1)
    return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")


def normalise(x, weights, training, moved):
    gamma, beta, mean, variance = weights
    if training:
        axes = tuple(range(x.ndim - 1))
        now_mean, now_variance = x.mean(axes), x.var(axes)
        moved[2] = lax.stop_gradient(0.99 * mean + 0.01 * now_mean)
        moved[3] = lax.stop_gradient(0.99 * variance + 0.01 * now_variance)
        mean, variance = now_mean, now_variance
    return (x - mean) * (gamma * lax.rsqrt(variance + 1e-3)) + beta


def drop_out(x, rate, key):
    if key is None:
        return x
    kept = 1 - float(rate)
    return jnp.where(jax.random.bernoulli(key, kept, x.shape), x / kept, 0)


def logits_of(nodes, weights, x, key):
    """Logits, and all weights with the moving statistics as they are after a step of training."""
    outputs, moved = {"input": x}, {name: list(values) for name, values in weights.items()}
    for k, node in enumerate(nodes):
        inputs = [outputs[name] for name in node["from"]]
        x, own, kind = inputs[0], weights[node["name"]], node["kind"]
        if kind == "convolution":
            y = convolve(node, x, *own)
        elif kind == "depthwise":
            y = depthwise(node, x, *own)
        elif kind == "separable":
            y = separable(node, x, *own)
        elif kind == "batchNormalization":
            y = normalise(x, own, key is not None, moved[node["name"]])
        elif kind == "activation":
            y = jax.nn.relu(x) if node["activation"] == "relu" else jax.nn.relu6(x)
        elif kind == "maxPooling":
            y = pool(x, node["size"])
        elif kind == "globalAveragePooling":
            y = x.mean(tuple(range(1, x.ndim - 1)))
        elif kind == "flatten":
            y = x.reshape(x.shape[0], -1)
        elif kind == "dropout":
            y = drop_out(x, node["rate"], None if key is None else jax.random.fold_in(key, k))
        elif kind == "dense":
            y = x @ own[0] + own[1]
        elif kind == "rescaling":
            y = x * node["scale"]
        elif kind == "add":
            y = sum(inputs[1:], x)
        else:
            y = jnp.concatenate(inputs, axis=-1)
        outputs[node["name"]] = y
    return outputs[nodes[-1]["name"]], moved


class Peer:
    def __init__(self, description, values):
        nodes = description["nodes"]
        self.weights = jax.tree.map(jnp.asarray, split_weights(description, values))
        self.moments = [jax.tree.map(jnp.zeros_like, self.weights) for _ in range(2)]
        self.count = 0
        statistics = {n["name"] for n in nodes if n["kind"] == "batchNormalization"}

        def loss_of(weights, x, y, key):
            logits, moved = logits_of(nodes, weights, x, key)
            chosen = jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1)
            return -chosen.mean(), (moved, (logits.argmax(1) == y).mean())

        def step(weights, first, second, count, x, y):
            key = jax.random.fold_in(jax.random.key(0), count)
            (loss, (moved, hits)), gradient = jax.value_and_grad(loss_of, has_aux=True)(weights, x, y, key)
            first = jax.tree.map(lambda m, g: FIRST * m + (1 - FIRST) * g, first, gradient)
            second = jax.tree.map(lambda v, g: SECOND * v + (1 - SECOND) * g * g, second, gradient)
            rate = RATE * jnp.sqrt(1 - SECOND**count) / (1 - FIRST**count)
            next_weights = jax.tree.map(
                lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), weights, first, second
            )
            for name in statistics:
                next_weights[name][2:] = moved[name][2:]
            return next_weights, first, second, loss, hits

        self.compiled = jax.jit(step, donate_argnums=(0, 1, 2))
        self.prediction = jax.jit(lambda weights, x: jax.nn.softmax(logits_of(nodes, weights, x, None)[0]))

    def step(self, inputs, labels):
        self.count += 1
        self.weights, *self.moments, loss, _ = self.compiled(
            self.weights, *self.moments, np.float32(self.count), inputs, labels
        )
        return loss

    def predict(self, inputs):
        return np.asarray(self.prediction(self.weights, inputs))


def build(id, description, weights, **_):
    MODELS[id] = Peer(description, np.fromfile(weights, np.float32))
    parameters = sum(w.size for w in jax.tree.leaves(MODELS[id].weights))
    return {"parameters": parameters, "methods": ["jit"], "predictions": ["jit"]}


def drop(id):
    MODELS.pop(id, None)
    return {}


def train(id, method, steps, batch):
    start = time.perf_counter()
    for _ in range(steps):
        _, inputs, labels = DATA["samples"].take(batch)
        loss = MODELS[id].step(inputs, labels)
    loss.block_until_ready()
    return {"msPerStep": (time.perf_counter() - start) * 1e3 / steps}


def losses(id, steps, batch):
    """Losses of the first steps over the data in order, each before its update."""
    DATA["samples"].position = 0
    values = []
    for _ in range(steps):
        _, inputs, labels = DATA["samples"].take(batch)
        values.append(float(MODELS[id].step(inputs, labels)))
    return {"losses": values}


def predict(id, method, count, repeats):
    times = []
    for _ in range(repeats):
        _, inputs, _ = DATA["samples"].take(count)
        start = time.perf_counter()
        MODELS[id].predict(inputs)
        times.append((time.perf_counter() - start) * 1e3)
    return {"ms": times}


def predictions(id, count):
    DATA["samples"].position = 0
    return {"values": MODELS[id].predict(DATA["samples"].take(count)[1]).ravel().tolist()}


serve({f.__name__: f for f in (hello, data, build, drop, train, losses, predict, predictions)}, REPLIES)

"""PyTorch as a peer: eager or compiled, channels first or last. See keras_peer.py for what can be asked."""

import time

from serve import THREADS, Data, reserve_output, serve

REPLIES = reserve_output()

import numpy as np  # noqa: E402
import torch  # noqa: E402

from torch_network import Network  # noqa: E402

torch.set_num_threads(THREADS)
torch.set_num_interop_threads(1)

MODELS, DATA = {}, {}
METHODS = ("eager", "channels_last", "compile", "compile, channels_last")


def hello():
    return {"version": torch.__version__, "threads": torch.get_num_threads()}


def data(**files):
    DATA["samples"] = Data(**files)
    return {}


class Peer:
    """One network run one way."""

    def __init__(self, description, values, method):
        self.flat = len(description["input"]["shape"]) == 2
        self.last = "channels_last" in method and not self.flat
        self.model = Network(description, values)
        if self.last:
            self.model = self.model.to(memory_format=torch.channels_last)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-3, eps=1e-7, fused=True)
        self.loss = torch.nn.CrossEntropyLoss()
        self.call = torch.compile(self.model) if "compile" in method else self.model

    def tensor(self, inputs):
        x = torch.from_numpy(inputs)
        x = x.permute(0, x.dim() - 1, *range(1, x.dim() - 1))
        if self.last:
            return x.contiguous(memory_format=torch.channels_last)
        return x.contiguous()

    def step(self):
        def run(inputs, labels):
            self.model.train()
            x, y = self.tensor(inputs), torch.from_numpy(labels).long()
            self.optimizer.zero_grad(set_to_none=True)
            logits = self.call(x)
            loss = self.loss(logits, y)
            loss.backward()
            self.optimizer.step()
            hits = (logits.detach().argmax(1) == y).float().mean()
            return float(loss), float(hits)

        return run

    def predict(self, inputs):
        self.model.eval()
        with torch.inference_mode():
            return torch.softmax(self.call(self.tensor(inputs)), 1).numpy()


def build(id, description, weights, **_):
    values = np.fromfile(weights, np.float32)
    flat = len(description["input"]["shape"]) == 2
    methods = [m for m in METHODS if not (flat and "channels_last" in m)]
    MODELS[id] = {method: Peer(description, values, method) for method in methods}
    model = MODELS[id]["eager"].model
    counted = [*model.parameters(), *(b for name, b in model.named_buffers() if "num_batches" not in name)]
    return {"parameters": sum(p.numel() for p in counted), "methods": methods, "predictions": methods}


def drop(id):
    MODELS.pop(id, None)
    return {}


def train(id, method, steps, batch):
    step = MODELS[id][method].step()
    start = time.perf_counter()
    for _ in range(steps):
        _, inputs, labels = DATA["samples"].take(batch)
        step(inputs, labels)
    return {"msPerStep": (time.perf_counter() - start) * 1e3 / steps}


def losses(id, steps, batch):
    """Losses of the first steps over the data in order, each before its update."""
    DATA["samples"].position = 0
    step = MODELS[id]["eager"].step()
    values = []
    for _ in range(steps):
        _, inputs, labels = DATA["samples"].take(batch)
        values.append(step(inputs, labels)[0])
    return {"losses": values}


def predict(id, method, count, repeats):
    peer = MODELS[id][method]
    times = []
    for _ in range(repeats):
        _, inputs, _ = DATA["samples"].take(count)
        start = time.perf_counter()
        peer.predict(inputs)
        times.append((time.perf_counter() - start) * 1e3)
    return {"ms": times}


def predictions(id, count):
    DATA["samples"].position = 0
    return {"values": MODELS[id]["eager"].predict(DATA["samples"].take(count)[1]).ravel().tolist()}


serve({f.__name__: f for f in (hello, data, build, drop, train, losses, predict, predictions)}, REPLIES)

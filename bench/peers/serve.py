"""A peer in Python: answers one JSON line for each JSON line it reads, and takes its batches from one set of data."""

import json
import os
import sys

import numpy as np

THREADS = int(os.environ.get("BENCH_THREADS", "2"))


class Data:
    """Goes round the samples, a batch at a time, so that each step sees new ones."""

    def __init__(self, inputs, labels, shape, dtype):
        values = np.fromfile(inputs, np.uint8 if dtype == "u8" else np.float32)
        self.raw = values.reshape(-1, *shape)
        self.inputs = self.raw.astype("float32")
        self.labels = np.fromfile(labels, np.uint8).astype("int32")
        self.position = 0

    def __len__(self):
        return len(self.labels)

    def take(self, count, raw=False):
        """First position, inputs and labels of the next samples."""
        if self.position + count > len(self):
            self.position = 0
        start = self.position
        self.position += count
        inputs = self.raw if raw else self.inputs
        return start, inputs[start : start + count], self.labels[start : start + count]


def reserve_output():
    """Keeps standard output for answers; what libraries print goes to standard error."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return replies


def serve(calls, replies):
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"ok": True, **calls[request.pop("call")](**request)}
        except Exception as error:  # reported to the bench, which decides whether a variant is left out
            answer = {"ok": False, "error": f"{type(error).__name__}: {error}"[:2000]}
        replies.write(json.dumps(answer) + "\n")
        replies.flush()

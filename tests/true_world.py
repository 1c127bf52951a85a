"""A network whose derivatives are known without a rule: textbook formulas forward, and the complex step.

It answers what `reader.evaluate` asks, as the symbols of a notation mean it.
"""

import numpy as np
from reader import ARRAYS
from worlds import ERRORS, lift, logistic

PUSH = 1e-30
COUNT, LAYER, LAST, RATE = 3, 2, 3, 0.7
WHERE = {"i": LAYER - 1, "j": LAYER, "k": LAYER + 1}
KINDS = {
    **dict.fromkeys((r"\inputs", r"\inputrows", r"\activated", r"\activateds", r"\outputs"), "activated"),
    **dict.fromkeys((r"\linear", r"\linears"), "linear"),
    **dict.fromkeys((r"\weight", r"\weights", r"\newweight"), "weight"),
    **dict.fromkeys((r"\bias", r"\biases"), "bias"),
    **dict.fromkeys((r"\error", r"\errors"), "error"),
    r"\direction": "direction",
    r"\gain": "gain",
}


class TrueWorld:
    """Weights have directions and lengths, as any weights do; where they are residual, all layers are."""

    def __init__(self, seed, notation, batch, *, residual=False):
        rng = np.random.default_rng(seed)
        self.notation, self.batch, self.residual = notation, batch, residual
        self.x, self.y = rng.normal(size=(batch, COUNT)), rng.uniform(size=(batch, COUNT))
        self.given = {
            (kind, n): rng.normal(size=shape)
            for kind, shape in (("direction", (COUNT, COUNT)), ("gain", (1, COUNT)), ("bias", (1, COUNT)))
            for n in range(1, LAST + 1)
        }
        self.letters, self.free = {"l": LAYER, "L": LAST, "N": batch}, {}
        self.names, self.top, self.result, self.after = {}, None, None, self
        self.values = self.run()

    def step(self):
        """Let what an arrow points at be the network after a step against the slopes."""
        self.after = TrueWorld(0, self.notation, self.batch)
        self.after.values = dict(self.values)
        for n in range(1, LAST + 1):
            self.after.values["weight", n] = self.values["weight", n] - RATE * self.derivatives("weight", n)
        return self

    def run(self, pushed=None, at=None):
        """Run the network; one number may be pushed along the imaginary axis."""
        values = {}

        def keep(kind, n, numbers):
            if pushed == (kind, n):
                numbers = numbers.astype(complex)
                numbers[at] += PUSH * 1j
            values[kind, n] = numbers
            return numbers

        a = keep("activated", 0, self.x)
        for n in range(1, LAST + 1):
            v, g, b = (keep(kind, n, self.given[kind, n]) for kind in ("direction", "gain", "bias"))
            w = keep("weight", n, np.stack([g[0, j] * v[:, j] / np.sqrt(v[:, j] @ v[:, j]) for j in range(COUNT)], 1))
            z = keep("linear", n, np.einsum("ni,ij->nj", a, w) + b)
            a = keep("activated", n, a + logistic(z) if self.residual else logistic(z))
        squares = ((a - self.y) ** 2).sum(axis=1)
        values["costs"] = squares / 2 if self.notation.half else squares
        return values

    def derivatives(self, kind, n):
        found = np.empty(self.values[kind, n].shape)
        for at in np.ndindex(found.shape):
            found[at] = np.mean(self.run((kind, n), at)["costs"]).imag / PUSH
        return found

    # what the reader asks

    def count(self, _letter):
        return COUNT

    def number(self, macro, layer, nodes, letters):
        if macro == r"\rate":
            return RATE
        if macro == r"\cost":
            return self.values["costs"][nodes[0] - 1] if nodes else np.mean(self.values["costs"])
        if not nodes and macro not in ARRAYS:
            return self.x[0, 0]  # any number: what holds, holds for all
        found = self.array(macro, WHERE[letters[-1]] if layer is None and letters else layer)
        return self.entry(macro, found, nodes)

    def array(self, macro, layer):
        if macro in (r"\target", r"\targets"):
            return self.y
        if KINDS[macro] == "error":
            return self.derivatives("linear", layer) * self.notation.error_sign
        found = self.values[KINDS[macro], layer]
        return found - RATE * self.derivatives("weight", layer) if macro == r"\newweight" else found

    def entry(self, macro, found, nodes):
        if macro in ARRAYS:
            return lift(macro, found[[nodes[0] - 1]] if nodes else found, self.notation)
        return found[tuple(node - 1 for node in nodes)] if len(nodes) > 1 else found[0, nodes[0] - 1]

    def derivative(self, _of, by):
        macro, layer, nodes, letters = by
        layer = WHERE[letters[-1]] if layer is None else layer
        return self.entry(macro, self.derivatives(KINDS[macro], layer), nodes)

    def function(self, name):
        return {r"\activation": logistic, r"\derivative": lambda z: logistic(z + PUSH * 1j).imag / PUSH}[name]


assert set(ERRORS) <= set(KINDS)

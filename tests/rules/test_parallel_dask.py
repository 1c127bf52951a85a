"""Dask's machines: a worker that is killed in the middle costs time, and the gradient arrives bit for bit."""

import os
import signal
import time
from itertools import pairwise
from threading import Thread

import numpy as np
import pytest

from literate_bp import backward, backward_in_shards, forward, initialize, train
from literate_bp import training as clear
from literate_bp.parallel import gradients_from_shards, result_of, train_in_shards

distributed = pytest.importorskip("distributed", reason='python -m pip install "literate_bp[distributed]"')

NETWORK = initialize((5, 4, 3), "tanh", seed=1)
DRAW = np.random.default_rng(0)
X, Y = DRAW.normal(size=(13, 5)), DRAW.uniform(size=(13, 3))
SIZES = (6, 4, 3)
LOCAL = {
    "threads_per_worker": 1,
    "processes": True,
    "host": "127.0.0.1",
    "dashboard_address": ":0",
    "silence_logs": 60,
}


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, **LOCAL) as machines:
        yield machines


@pytest.fixture(scope="module")
def client(cluster):
    with distributed.Client(cluster) as found:
        yield found


def arrays_of(gradients):
    return [*gradients.weights, *gradients.biases]


def same_bits(found, known):
    return all(map(np.array_equal, arrays_of(found), arrays_of(known)))


@pytest.fixture(scope="module")
def undisturbed(client):
    """Give the gradient that no worker was killed for, which is that of one machine."""
    found = backward_in_shards(NETWORK, X, Y, client, SIZES)
    known = backward(NETWORK, forward(NETWORK, X), Y)
    for one, other in zip(arrays_of(found), arrays_of(known), strict=True):
        assert abs(one - other).max() <= 1e-14 * abs(other).max()
    return found


def held_up(folder):
    """Give inputs that say which process needs them, and wait until a file is there."""

    class HeldUp:  # in a function, so that its code is sent with it
        def __init__(self, values):
            self.values = values

        def __array__(self, dtype=None, **_):
            (folder / f"{os.getpid()}.needs").touch()
            while not (folder / "go").exists():
                time.sleep(0.01)
            return self.values

    return HeldUp


def wait_for(found, seconds=30.0):
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "nothing has come"
        time.sleep(0.01)


def test_a_worker_killed_in_the_middle_costs_time_and_nothing_else(client, undisturbed, tmp_path):
    kind, ends = held_up(tmp_path), np.cumsum((0, *SIZES))
    shards = [(kind(X[a:b]), Y[a:b]) for a, b in pairwise(ends)]
    killed = []

    def kill_one():
        wait_for(lambda: [*tmp_path.glob("*.needs")])
        killed.append(int(next(tmp_path.glob("*.needs")).stem))
        os.kill(killed[0], signal.SIGKILL)  # it waits, and will never answer
        (tmp_path / "go").touch()

    killer = Thread(target=kill_one)
    killer.start()
    found = gradients_from_shards(NETWORK, shards, client)
    killer.join()
    assert killed
    assert same_bits(found, undisturbed)


class Killing:
    """Inputs that end the process that needs them."""

    def __array__(self, dtype=None, **_):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_shard_that_kills_one_worker_after_another_is_refused_by_its_number(monkeypatch):
    dask = pytest.importorskip("dask")
    before = [layer.weights.tobytes() for layer in NETWORK.layers]
    monkeypatch.setattr(Killing, "__module__", "__main__")  # so that its code is sent with it
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(n_workers=2, **LOCAL) as machines,
        distributed.Client(machines, set_as_default=False) as here,
        pytest.raises(ValueError, match=r"^shard 1 has killed 2 of Dask's workers, one after another; .*smaller"),
    ):  # the first, for what is fetched from a worker while it dies may never come
        gradients_from_shards(NETWORK, [(Killing(), Y[:6]), (X[6:], Y[6:])], here)
    assert [layer.weights.tobytes() for layer in NETWORK.layers] == before


class KilledWorker(Exception):  # noqa: N818 — the name of Dask's
    """What Dask raises, with what the message says of it."""

    allowed_failures = 3


class Killed:
    """A future whose task killed workers."""

    def result(self):
        raise KilledWorker


def test_the_number_of_a_shard_that_kills_workers_is_its_place():
    with pytest.raises(ValueError, match=r"^shard 2 has killed 4 of Dask's workers"):
        result_of(Killed(), 2)


def test_dask_arrays_stay_where_they_are(client, undisturbed):
    array = pytest.importorskip("dask.array")
    x, y = (array.from_array(of, chunks=(SIZES, of.shape[1])) for of in (X, Y))
    assert same_bits(backward_in_shards(NETWORK, x, y, client), undisturbed)
    how = {"rate": 0.3, "epochs": 2, "steps": 3}
    found = train_in_shards(NETWORK, x, y, client, **how)
    known = train_in_shards(NETWORK, X, Y, client, shards=SIZES, **how)
    assert all(map(np.array_equal, *([layer.weights for layer in each.layers] for each in (found, known))))
    halves = x.rechunk({1: 2})
    with pytest.raises(ValueError, match=r"x has chunks .* x.rechunk\(\{1: -1\}\) makes them"):
        backward_in_shards(NETWORK, halves, y, client)


def test_the_address_of_a_scheduler_will_do(cluster, undisturbed):
    assert same_bits(backward_in_shards(NETWORK, X, Y, cluster.scheduler_address, SIZES), undisturbed)


def test_training_takes_the_same_steps(client):
    known, _ = clear.train(NETWORK, X, Y, epochs=2, batch=7)
    found, _ = train(NETWORK, X, Y, epochs=2, batch=7, executor=client)
    for one, other in zip(found.layers, known.layers, strict=True):
        assert abs(one.weights - other.weights).max() < 1e-14


def test_what_a_worker_refuses_says_in_which_shard(client):
    with pytest.raises(ValueError, match=r"^in shard 2, x has shape \(7, 4\)"):
        gradients_from_shards(NETWORK, [(X[:6], Y[:6]), (X[6:, :4], Y[6:])], client)


def test_a_client_that_was_closed_and_an_address_without_a_scheduler_are_refused(cluster):
    closed = distributed.Client(cluster, set_as_default=False)
    closed.close()
    with pytest.raises(ValueError, match="executor takes no work: Client is closed"):
        backward_in_shards(NETWORK, X, Y, closed)
    dask = pytest.importorskip("dask")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        pytest.raises(ValueError, match="where no Dask scheduler answers"),
    ):
        backward_in_shards(NETWORK, X, Y, "tcp://127.0.0.1:1")

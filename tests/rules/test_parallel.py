"""Shards: the weighted mean of their gradients is the gradient, whoever finds it, and nothing is left half done."""

import math
import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from multiprocessing import get_context
from unittest import mock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from machines import Here

from literate_bp import backward, backward_in_shards, descend, forward, initialize, parallel, train, validation
from literate_bp import training as clear
from literate_bp.parallel import (
    FileRows,
    epochs_in_shards,
    gradients_from_shards,
    is_file,
    rows,
    rows_of_step,
    shard_sizes,
    train_in_shards,
    weighted_mean,
)


class Waiting(Executor):
    """Runs nothing; the future at one place is interrupted when somebody waits for it."""

    def __init__(self, place, error):
        self.place, self.error, self.futures = place, error, []

    def submit(self, function, /, *arguments):
        future = Future()
        if len(self.futures) < self.place:
            future.set_result(function(*arguments))
        elif len(self.futures) == self.place:
            future.result = mock.Mock(side_effect=self.error)
        self.futures.append(future)
        return future


NETWORK = initialize((5, 4, 3), "tanh", seed=1)
DRAW = np.random.default_rng(0)
X, Y = DRAW.normal(size=(13, 5)), DRAW.uniform(size=(13, 3))


def arrays_of(gradients):
    return [*gradients.weights, *(b for b in gradients.biases if b is not None)]


def off(found, network=NETWORK, x=X, y=Y):
    """Return the largest difference from one machine, as a part of the largest entry."""
    known = arrays_of(backward(network, forward(network, x), y))
    pairs = zip(arrays_of(found), known, strict=True)
    return max(abs(one - other).max() for one, other in pairs) / max(abs(other).max() for other in known)


def test_the_mean_of_uneven_shards_is_exact_in_fractions():
    numbers = [Fraction(n * n, 7) for n in range(10)]
    for sizes in ((1, 9), (4, 3, 3), (2, 5, 1, 2)):
        ends = np.cumsum((0, *sizes))
        means = [sum(numbers[a:b]) / (b - a) for a, b in pairwise(ends)]
        whole = [Fraction(size) for size in sizes]
        assert weighted_mean(means, whole) == sum(numbers) / len(numbers)


@given(st.integers(0, 10**6), st.lists(st.integers(1, 6), min_size=1, max_size=6))
def test_uneven_shards_give_the_gradient_of_one_machine(seed, sizes):
    draw = np.random.default_rng(seed)
    network = initialize((3, 4, 2), str(draw.choice(["tanh", "sigmoid", "gelu"])), "he_normal", seed=seed)
    x, y = draw.normal(size=(sum(sizes), 3)), draw.uniform(size=(sum(sizes), 2))
    assert off(backward_in_shards(network, x, y, Here(), sizes), network, x, y) < 1e-14


def test_a_shard_without_a_weight_of_its_own_would_be_seen():
    even = [backward(NETWORK, forward(NETWORK, X[part]), Y[part]) for part in (slice(0, 2), slice(2, 13))]
    assert abs(sum(g.weights[0] for g in even) / 2 - backward(NETWORK, forward(NETWORK, X), Y).weights[0]).max() > 1e-4


def test_threads_and_processes_give_the_same_bits():
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(2, get_context("spawn")) as processes:
        found = [backward_in_shards(NETWORK, X, Y, pool, 3) for pool in (Here(), threads, processes)]
    assert off(found[0]) < 1e-14
    for each in found[1:]:
        for one, other in zip(arrays_of(found[0]), arrays_of(each), strict=True):
            assert np.array_equal(one, other)


@pytest.mark.parametrize("network", [
    initialize((5, 4, 3), biases=False),
    initialize((5, 4, 3), ("relu", "softmax"), "he_normal", cost="cross_entropy"),
    initialize((5, 4, 3), "tanh", dtype=np.float32),
])  # fmt: skip
def test_every_kind_of_network_is_found_in_shards_in_its_own_type(network):
    y = np.eye(3)[np.arange(13) % 3]
    found = backward_in_shards(network, X.astype(network.layers[0].weights.dtype), y, Here())
    known = backward(network, forward(network, X.astype(network.layers[0].weights.dtype)), y)
    within = 10 * np.finfo(network.layers[0].weights.dtype).eps
    for kind in ("weights", "biases", "gains"):
        for one, other in zip(getattr(found, kind), getattr(known, kind), strict=True):
            assert (one is None and other is None) or one.dtype == other.dtype
            assert one is None or abs(one - other).max() <= within * abs(other).max()


def test_one_example_is_a_shard():
    one = backward_in_shards(NETWORK, X[0], Y[0], Here())
    assert off(one, x=X[:1], y=Y[:1]) < 1e-14


def test_shards_differ_by_one_example_at_most_and_lose_none():
    assert shard_sizes(13, 4) == (4, 3, 3, 3)
    assert shard_sizes(13, None) == (4, 3, 3, 3)
    assert shard_sizes(2, None) == (1, 1)
    assert shard_sizes(13, [6, 7]) == (6, 7)


def test_of_a_file_only_the_place_of_the_rows_is_sent(tmp_path):
    for name, array in (("x", X), ("y", Y)):
        np.save(tmp_path / f"{name}.npy", array)
    x, y = (np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "xy")
    sent = []

    class Noting(Here):
        def submit(self, function, /, network, *arrays):
            sent.extend(arrays)
            return super().submit(function, network, *arrays)

    found = backward_in_shards(NETWORK, x, y, Noting(), (6, 7))
    assert [(type(each), each.start, each.stop) for each in sent] == [
        *[(FileRows, 0, 6)] * 2,
        *[(FileRows, 6, 13)] * 2,
    ]
    for one, other in zip(arrays_of(found), arrays_of(backward_in_shards(NETWORK, X, Y, Here(), (6, 7))), strict=True):
        assert np.array_equal(one, other)
    assert np.array_equal(np.asarray(rows(x, 2, 5)), X[2:5])
    assert np.array_equal(rows(x[3:], 0, 2), X[3:5])  # a part of a file is no whole array


def test_what_is_no_whole_file_by_rows_is_sent_as_it_is(tmp_path):
    np.save(tmp_path / "x.npy", X)
    np.save(tmp_path / "by_columns.npy", np.asfortranarray(X))
    whole, by_columns = (np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("x", "by_columns"))
    with tempfile.TemporaryFile() as file:
        file.write(X.tobytes())
        file.flush()
        nameless = np.memmap(file, X.dtype, "r", shape=X.shape)
        assert [is_file(each) for each in (whole, by_columns, nameless, X)] == [True, False, False, False]
    known = backward_in_shards(NETWORK, X, Y, Here(), (6, 7))
    np.save(tmp_path / "y.npy", Y)
    its = np.load(tmp_path / "y.npy", mmap_mode="r")
    for x, y in ((by_columns, its), (whole, Y.tolist()), (X.tolist(), its)):
        found = backward_in_shards(NETWORK, x, y, Here(), (6, 7))
        assert all(map(np.array_equal, arrays_of(found), arrays_of(known)))


def test_a_shard_of_one_example_weighs_one():
    shards = [(X[0], Y[0]), (X[1:4], Y[1:4])]
    found = gradients_from_shards(NETWORK, shards, Here())
    assert off(found, x=X[:4], y=Y[:4]) < 1e-14
    assert found.first_layer is NETWORK.layers[0]
    with pytest.raises(ValueError, match="gradients hold no errors, which stay where they are made"):
        _ = found.inputs


def test_whoever_waits_for_shards_sees_a_bar_after_a_second(monkeypatch):
    shown = []
    monkeypatch.setattr(parallel, "with_progress", lambda items, *how, **more: shown.append((how, more)) or items)
    backward_in_shards(NETWORK, X, Y, Here())
    assert shown == [(("shard",), {"delay": 1.0})]


def test_training_in_shards_takes_the_steps_of_training():
    known, its_history = clear.train(NETWORK, X, Y, epochs=5, batch=6, test=(X, Y))
    with ThreadPoolExecutor(2) as pool:
        found, history = train(NETWORK, X, Y, epochs=5, batch=6, test=(X, Y), executor=pool)
        more, _ = clear.train(NETWORK, X, Y, epochs=5, batch=6, run_epoch=epochs_in_shards(pool, 6))
    assert history.cost == pytest.approx(its_history.cost, rel=1e-13)
    for each in (found, more):
        for one, other in zip(each.layers, known.layers, strict=True):
            assert abs(one.weights - other.weights).max() < 1e-13


def by_one_machine(network, x, y, sizes, *, rate, epochs, steps, seed):
    """Take the same steps on one machine, which has all examples."""
    ends = np.cumsum((0, *sizes))
    for epoch in range(epochs):
        orders = [np.random.default_rng((seed, epoch, n)).permutation(size) for n, size in enumerate(sizes)]
        for step in range(steps):
            chosen = np.concatenate([a + of[step::steps] for a, of in zip(ends, orders, strict=False)])
            network = descend(network, backward(network, forward(network, x[chosen]), y[chosen]), rate)
    return network


def test_examples_that_stay_where_they_are_give_the_steps_of_one_machine(tmp_path):
    how = {"rate": 0.3, "epochs": 4, "steps": 3, "seed": 5}
    known = by_one_machine(NETWORK, X, Y, (6, 4, 3), **how)
    for name, array in (("x", X), ("y", Y)):
        np.save(tmp_path / f"{name}.npy", array)
    in_files = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "xy"]
    for x, y in ((X, Y), in_files):
        found = train_in_shards(NETWORK, x, y, Here(), shards=(6, 4, 3), **how)
        for one, other in zip(found.layers, known.layers, strict=True):
            assert abs(one.weights - other.weights).max() < 1e-14
            assert abs(one.biases - other.biases).max() < 1e-14


def test_every_row_is_taken_once_an_epoch_in_an_order_of_its_epoch_and_shard():
    orders = []
    for seed in ((0, 0, 0), (0, 1, 0), (0, 0, 1), (1, 0, 0)):
        taken = [rows_of_step(13, step, 4, seed) for step in range(4)]
        assert sorted(len(each) for each in taken) == [3, 3, 3, 4]
        assert sorted(np.concatenate(taken)) == [*range(13)]
        orders.append(tuple(np.concatenate(taken)))
    assert len({*orders}) == 4


def test_training_where_examples_stay_refuses_what_does_not_fit_by_name():
    for more, message in [
        ({"steps": 4, "shards": (6, 4, 3)}, "steps is 4, and the smallest shard has 3 examples"),
        ({"executor": ThreadPoolExecutor}, "executor is a type; a concurrent.futures.Executor"),
        ({"steps": 0}, "steps is 0"),
        ({"epochs": 0}, "epochs is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"rate": 0.0}, "rate is 0"),
        ({"shards": 14}, "shards is 14"),
    ]:
        with pytest.raises(ValueError, match=message):
            train_in_shards(NETWORK, X, Y, **{"executor": Here(), **more})
    with pytest.raises(ValueError, match=r"^x at \(0, 0\) is nan"):
        train_in_shards(NETWORK, X * np.nan, Y, Here(), steps=2)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), ValueError("no")])
def test_whoever_stops_waiting_gives_up_what_has_not_begun(error):
    executor = Waiting(1, error)
    with pytest.raises(type(error)):
        backward_in_shards(NETWORK, X, Y, executor)
    assert [future.cancelled() for future in executor.futures] == [False, True, True, True]


def test_if_a_shard_cannot_be_handed_out_those_before_it_are_given_up():
    futures = [Future()]
    executor = mock.Mock(spec=["submit"], submit=mock.Mock(side_effect=[futures[0], RuntimeError("full")]))
    assert refused(NETWORK, X, Y, executor).startswith("executor takes no work: full; one that runs was expected")
    assert futures[0].cancelled()


def test_dask_is_told_that_what_it_runs_may_give_another_result():
    future = Future()
    future.set_result(parallel.shard_gradients(NETWORK, X, Y))
    client = mock.Mock(spec=["submit", "scheduler_info"], submit=mock.Mock(return_value=future))
    backward_in_shards(NETWORK, X, Y, client, 1)
    assert client.submit.call_args.kwargs == {"pure": False}


INTERRUPTED = """
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from literate_bp import initialize, train
network = initialize((3, 4, 2))
pool = ThreadPoolExecutor(2)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what runs behind it ignore interrupts
try:
    threading.Timer(1.0, signal.raise_signal, (signal.SIGINT,)).start()
    train(network, [[0.1, 0.2, 0.3]] * 40, [[0.5, 0.5]] * 40, epochs=10**6, executor=pool)
except KeyboardInterrupt:
    pool.shutdown()
    print("stopped")
"""


def test_ctrl_c_ends_training_and_the_pool():
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("stopped\n", "", 0)


WITH_PROCESSES = """
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from literate_bp import backward_in_shards, initialize
network, x, y = initialize((3, 4, 2)), [[0.1, 0.2, 0.3]] * 40, [[0.5, 0.5]] * 40
how = {"initializer": signal.signal, "initargs": (signal.SIGINT, signal.SIG_IGN)}
pool = ProcessPoolExecutor(1, get_context("spawn"), **how)  # of two, one may answer before the other has begun
signal.signal(signal.SIGINT, signal.default_int_handler)
backward_in_shards(network, x, y, pool)
try:
    print("begun", flush=True)
    while True:
        backward_in_shards(network, x, y, pool)
except KeyboardInterrupt:
    pool.shutdown()
    print("stopped")
"""


@pytest.mark.skipif(os.name == "nt", reason="there, groups of processes get another signal")
def test_a_process_that_leaves_ctrl_c_to_the_caller_prints_nothing():
    command = [sys.executable, "-c", WITH_PROCESSES]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as terminal:
        assert terminal.stdout.readline() == "begun\n"
        os.killpg(terminal.pid, signal.SIGINT)
        assert terminal.communicate(timeout=60) == ("stopped\n", "")


class Killing:
    """Ends the process that receives it."""

    def __reduce__(self):
        return os._exit, (1,)


def test_a_pool_that_has_lost_a_process_is_refused_and_nothing_is_changed():
    before = [layer.weights.tobytes() for layer in NETWORK.layers]
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        with pytest.raises(ValueError, match="executor takes no work: A process in the process pool was terminated"):
            gradients_from_shards(NETWORK, [(X[:6], Y[:6]), (Killing(), Y[6:])], pool)
        with pytest.raises(ValueError, match="executor takes no work: A child process terminated abruptly"):
            train(NETWORK, X, Y, executor=pool)
    assert [layer.weights.tobytes() for layer in NETWORK.layers] == before


class KilledWorker(Exception):  # noqa: N818  its name is how it is known
    """What Dask raises, which need not be installed here."""

    allowed_failures = 3


def test_a_shard_that_no_worker_survives_is_refused_by_its_number_and_the_others_are_given_up():
    executor = Waiting(1, KilledWorker("shard_gradients-1", "tcp://127.0.0.1:1", 3))
    with pytest.raises(ValueError, match=r"^shard 2 has killed 4 of Dask's workers, one after another; .*smaller"):
        backward_in_shards(NETWORK, X, Y, executor)
    assert [future.cancelled() for future in executor.futures] == [False, True, True, True]


def refused(*arguments, **more):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 — the message is compared
        backward_in_shards(*arguments, **more)
    return str(caught.value)


def test_what_does_not_fit_is_refused_by_name():
    ended = ThreadPoolExecutor(1)
    ended.shutdown()
    assert refused(NETWORK, X, Y, ended).startswith(
        "executor takes no work: cannot schedule new futures after shutdown"
    )
    assert refused(NETWORK, X, Y, 8).startswith("executor is an int; a concurrent.futures.Executor")
    assert refused(NETWORK, X, Y, "10.0.0.1").startswith("executor is '10.0.0.1'; the address of a Dask scheduler")
    assert refused(NETWORK, X, Y, Here(), 14).startswith("shards is 14, but there are 13 examples")
    assert refused(NETWORK, X, Y, Here(), (6, 6)).startswith("shards (6, 6) have 12 examples; x has 13")
    assert refused(NETWORK, X[:, :4], Y, Here()).startswith("x has shape (13, 4)")
    assert refused(NETWORK, X, Y[:12], Here()).startswith("y has shape (12, 3)")
    assert refused(None, X, Y, Here()).startswith("network is None; a Network was expected")
    assert refused(NETWORK, X + 1j, Y, Here()).startswith("in shard 1, x came as complex numbers")


def test_shards_of_different_widths_are_refused_with_the_number_of_the_shard():
    shards = [(X[:6], Y[:6]), (X[6:, :4], Y[6:])]
    with pytest.raises(ValueError, match=r"^in shard 2, x has shape \(7, 4\); the network has 5 inputs"):
        gradients_from_shards(NETWORK, shards, Here())
    with pytest.raises(ValueError, match="shards have none"):
        gradients_from_shards(NETWORK, [], Here())


def test_files_of_different_lengths_are_refused(tmp_path):
    for name, array in (("x", X), ("y", Y[:12])):
        np.save(tmp_path / f"{name}.npy", array)
    x, y = (np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "xy")
    assert refused(NETWORK, x, y, Here()).startswith("y has 12 rows; x has 13")


def test_without_distributed_an_address_says_what_to_install():
    with mock.patch.dict(sys.modules, {"distributed": None}):
        assert refused(NETWORK, X, Y, "tcp://127.0.0.1:1").endswith('python -m pip install "literate_bp[distributed]"')
    assert parallel.SHARDS == 4
    assert validation.executor(Here())


class Chunked:
    """Has the face of a Dask array."""

    def __init__(self, blocks=(2, 1), ndim=2, chunks=((3, 4), (5,))):
        self.numblocks, self.ndim, self.chunks = blocks, ndim, chunks

    def to_delayed(self):
        raise AssertionError("nothing is computed before it is checked")


def test_dask_arrays_that_do_not_fit_are_refused_before_anything_is_computed():
    client = mock.Mock(spec=["submit", "compute", "scheduler_info"])
    assert refused(NETWORK, Chunked(), Chunked(), Here()).startswith("executor is a Here, and x is a Dask array")
    assert refused(NETWORK, Chunked(), Y, client).startswith("y is an ndarray, and x is a Dask array")
    assert refused(NETWORK, Chunked((2, 2)), Chunked(), client).startswith(
        "x has chunks ((3, 4), (5,)); chunks of whole rows"
    )
    assert refused(NETWORK, Chunked(), Chunked((2,), 1), client).startswith("y has chunks ((3, 4), (5,))")
    for chunks in ((4, 3), (7,), (math.nan, math.nan)):
        found = refused(NETWORK, Chunked(), Chunked(chunks=(chunks, (2,))), client)
        assert found == f"y has chunks of {chunks} rows; those of x, (3, 4), were expected"
    with pytest.raises(ValueError, match=r"^shards is 2, and x is a Dask array, whose chunks are the shards; None was"):
        backward_in_shards(NETWORK, Chunked(), Chunked(), client, 2)

"""Twenty thousand hostile calls of the public names: a right answer, or a ValueError that names the argument."""

import contextlib
import inspect
import random
import re
import signal
import warnings
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import hostile
import numpy as np
import pytest
from hostile import CALLS, TURNS, ZOO
from time_limit import OutOfTime, at_most

from literate_bp import ScaleWarning, SchemeWarning, save
from literate_bp.formula.expression import Expression
from literate_bp.worked.generate import generate
from literate_bp.worked.problem import to_toml

try:
    import resource
except ImportError:  # not on every system
    resource = None

PART = 200
each_part = pytest.mark.parametrize(
    "first", [pytest.param(n, marks=pytest.mark.exhaustive if n else ()) for n in range(0, 20_000, PART)]
)
SECONDS, BYTES = 2.0, 2**28
"""The most processor time and memory that a call may take; the slowest takes 0.2 s here."""
GIVEN = "right.npz", "right.toml"
"""The files that calls may read."""
LONGEST = 400
"""The most characters of a message."""
DOCUMENTED = (SchemeWarning, ScaleWarning)
LEAVES_THE_RANGE = re.compile(r"forward|backward|cost$|descend|accuracy|train|jacobians|Program|at_inference")
"""Functions that run passes, in which NumPy warns where a number leaves the range of its type."""


@pytest.fixture(scope="module", autouse=True)
def in_a_folder_of_its_own(tmp_path_factory):
    with contextlib.chdir(tmp_path_factory.mktemp("hostile")):
        save(GIVEN[0], *hostile.TRAINED_BY_ADAM)
        Path(GIVEN[1]).write_text(to_toml(generate((2, 1))), encoding="utf-8")
        yield


@contextlib.contextmanager
def bounded_memory():
    """End what takes a quarter of a gibibyte more than there is now."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    now = int(STATM.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


STATM = Path("/proc/self/statm")


@contextlib.contextmanager
def limits():
    """Limit time and memory, where the system can."""
    with contextlib.ExitStack() as stack:
        if hasattr(signal, "setitimer"):
            stack.enter_context(at_most(SECONDS))
        if resource and STATM.exists():
            stack.enter_context(bounded_memory())
        yield


def content(value, depth=0):
    """Give what a value holds, to be compared with what it holds later."""
    if isinstance(value, np.ndarray):
        plain = np.asarray(value)
        return (plain.dtype.str, plain.shape, plain.tobytes() if plain.size < 10**6 else b"")
    found = None
    if depth > 12:
        return found
    if isinstance(value, dict):
        found = {key: content(each, depth + 1) for key, each in value.items()}
    elif type(value) in (list, tuple, set, frozenset):
        found = [content(each, depth + 1) for each in value]
    elif is_dataclass(value) and not isinstance(value, type | Expression):
        found = [content(getattr(value, field.name, None), depth + 1) for field in fields(value)]
    elif isinstance(value, bytearray):
        found = bytes(value)
    elif isinstance(value, float | int | str | bytes | complex):
        found = hash(value)
    return (type(value), found)


def arguments_of(number):
    """Choose a name, and right arguments of which some are replaced; say which."""
    rng = random.Random(number)  # noqa: S311 — the same calls every time
    name = [*CALLS][number % len(CALLS)] if number < 3 * len(CALLS) else rng.choice([*CALLS])
    arguments = {key: make() for key, make in CALLS[name].right.items()}
    names = [
        key for key, of in inspect.signature(CALLS[name].function).parameters.items() if of.kind not in hostile.OPEN
    ]
    names = names or [*arguments]
    replaced = {}
    for key in rng.sample(names, min(len(names), rng.choice([1, 1, 1, 2, 3]))):
        right = arguments.get(key)
        if isinstance(right, np.ndarray) and rng.random() < 0.3:
            turn = rng.choice([*TURNS])
            arguments[key], replaced[key] = TURNS[turn](right), turn
        else:
            wrong = rng.choice([*ZOO])
            arguments[key], replaced[key] = ZOO[wrong](), wrong
    return name, arguments, replaced


def called(name, arguments):
    function = CALLS[name].function
    given = dict(arguments)
    stars = [
        key for key, of in inspect.signature(function).parameters.items() if of.kind is inspect.Parameter.VAR_POSITIONAL
    ]
    in_row = [given.pop(key) for key in stars if key in given]
    with limits(), warnings.catch_warnings():
        warnings.simplefilter("error")
        for category in DOCUMENTED:
            warnings.simplefilter("ignore", category)
        if LEAVES_THE_RANGE.search(name.removeprefix("diagram.network_").removeprefix("diagram.node_")):
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
        if name.rpartition(".")[2].startswith("train"):
            warnings.filterwarnings("ignore", ".* has changed no parameter", UserWarning)
        if name == "rate_range_test":
            warnings.filterwarnings("ignore", "rates begin with .* the cost is least at the (first|last)", UserWarning)
        return function(*in_row, **given)


def plainly(value):
    """Give the same numbers as an ordinary array; anything else as it is."""
    if isinstance(value, (str, bytes, bool, int, float, complex, type(None), type, hostile.MATRIX)) or is_dataclass(
        value
    ):
        return value
    try:
        found = np.asarray(value)
    except Exception:  # noqa: BLE001 — an object of the zoo
        return value
    if found.dtype.kind not in "biufc" or not found.ndim or found.size > 10**6:
        return value
    return np.array(found, found.dtype.newbyteorder("="), order="C", subok=False)


def numbers_in(value, depth=0):
    """Give every array and float in a result, in order."""
    if isinstance(value, np.ndarray | float | complex):
        yield np.asarray(value)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from numbers_in(each, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from numbers_in(each, depth + 1)
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from numbers_in(getattr(value, field.name), depth + 1)


def fault_with(name, arguments, replaced):
    """Make a call, and say what went wrong."""
    before = content(arguments)
    try:
        result = called(name, arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 — what it is, is the question
        fault = fault_of(name, error, replaced)
    else:
        fault = difference(name, result, arguments, replaced)
    finally:
        remove_what_was_written()
    if fault is None and content(arguments) != before:
        fault = "an argument has changed"
    return fault and f"{name} with {replaced}: {fault}"


def remove_what_was_written():
    """Leave nothing for the next call, which may ask for a file of the same name."""
    for path in Path().iterdir():
        if path.name not in GIVEN:
            path.unlink()


def is_due(name, error, replaced):
    """Tell whether an error is not the package's, but what was asked for."""
    asked = replaced.values()
    return (
        (isinstance(error, OSError) and "path" in replaced)  # the system's own, as documented
        or (
            isinstance(error, LookupError | TypeError | ValueError)
            and {"run", "cost_of", "run_epoch", "schedule", "callbacks"} & replaced.keys()
        )  # the caller's own
        or (isinstance(error, MemoryError | OutOfTime) and "a huge array in no memory" in asked)
        or (isinstance(error, MemoryError) and name == "compile")
        or (isinstance(error, OutOfTime) and ("epochs" in replaced or name == "generate.generate"))  # as many tries
    )


def fault_of(name, error, replaced):
    """Say what is wrong with an error, if anything is."""
    said = str(error)
    if is_due(name, error, replaced):
        return None
    if type(error) is not ValueError:
        return f"{type(error).__name__}: {said[:200]!r}"
    if not re.search(rf"\b({'|'.join(words(CALLS[name].function))})", said):
        return f"names no argument: {said!r}"
    if len(said) > LONGEST or not (said.isprintable() or "source" in replaced):  # which is said as it came
        return f"a message of {len(said)} characters: {said!r}"
    return None


def difference(name, result, arguments, replaced):
    """Say how a result differs from the one of the same numbers in ordinary arrays, if it does."""
    plain = {key: plainly(value) for key, value in arguments.items()}
    if all(plain[key] is arguments[key] for key in replaced if key in plain):
        return None
    for found, other in zip(numbers_in(result), numbers_in(called(name, plain)), strict=True):
        tolerance = 1e-9 if found.dtype.itemsize >= 8 else 1e-2
        if not np.allclose(found, other, rtol=tolerance, atol=tolerance, equal_nan=True):
            return f"{found} and not {other}"
    return None


def words(function):
    """Give what a message may call the arguments: their names, what they are one of, and a problem file."""
    if "source" in inspect.signature(function).parameters:
        yield ".*: "  # the name that it was given
    yield r"[\w.]*\.toml: "
    if "network" in inspect.signature(function).parameters:
        yield r"layer \d"
    if "parameters" in inspect.signature(function).parameters:
        yield "weights|biases|gains"
    for key in inspect.signature(function).parameters:
        yield re.escape(key)
        yield re.escape(key.removesuffix("s"))
        yield re.escape(re.sub("ies$", "y", key))


def single_faults(name):
    """Put every value of the zoo, and every turn of a right array, in the place of every argument alone."""
    parameters = inspect.signature(CALLS[name].function).parameters
    for key, of in parameters.items():
        right = CALLS[name].right.get(key)
        if right is None and of.kind in hostile.OPEN:
            continue
        turns = TURNS if right is not None and isinstance(right(), np.ndarray) else ()
        for wrong in (*ZOO, *turns):
            arguments = {each: make() for each, make in CALLS[name].right.items()}
            arguments[key] = TURNS[wrong](right()) if wrong in turns else ZOO[wrong]()
            if fault := fault_with(name, arguments, {key: wrong}):
                yield fault


@pytest.mark.exhaustive
@pytest.mark.parametrize("name", [name for name in CALLS if not name.startswith("diagram.")])  # they take minutes
def test_no_value_in_the_place_of_an_argument_goes_wrong(name):
    found = [*single_faults(name)]
    assert not found, "\n".join(found)


@each_part
def test_a_hostile_call_has_a_right_answer_or_a_helpful_error(first):
    found = [fault for number in range(first, first + PART) if (fault := fault_with(*arguments_of(number)))]
    assert not found, "\n".join(found)


def test_every_right_call_is_right():
    for name in CALLS:
        called(name, {key: make() for key, make in CALLS[name].right.items()})


@pytest.mark.parametrize("name", [*(found := dict(hostile.properties()))])
def test_every_result_shows_itself_and_tells_its_properties(name):
    found[name]()

"""How the tests run: the same examples every time, no example thrown out for being slow, long sweeps when asked for.

The files that build pages come first, which take longest: on several processors (``-n auto --dist worksteal``) each
begins with a row of files, and who is done takes over half of what another has left.
"""

from hypothesis import HealthCheck, Phase, settings

BUILDING = {"book", "shared_books", "pages"}
"""The fixtures that build pages."""

settings.register_profile(
    "book",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
# For deliberate bugs (test_mutants.py): that one example fails is enough, the smallest is not looked for.
settings.register_profile("mutant", settings.get_profile("book"), phases=(Phase.explicit, Phase.generate))
settings.load_profile("book")


def pytest_addoption(parser):
    parser.addoption("--exhaustive", action="store_true", help="run the long sweeps as well")


def pytest_configure(config):
    config.addinivalue_line("markers", "exhaustive: a long sweep, of which the quick tests run a part")


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--exhaustive"):
        kept = [item for item in items if "exhaustive" not in item.keywords]
        config.hook.pytest_deselected(items=[item for item in items if "exhaustive" in item.keywords])
        items[:] = kept
    building = {item.path for item in items if BUILDING.intersection(item.fixturenames)}
    items.sort(key=lambda item: item.path not in building)

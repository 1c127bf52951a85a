"""How the tests run: the same examples every time, and no example thrown out for being slow."""

from hypothesis import HealthCheck, Phase, settings

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

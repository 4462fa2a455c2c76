"""Random inputs depend on the check's name and the seed, and are the same everywhere."""

import numpy as np
import pytest

from grader.checks.seeding import rng_for


@pytest.mark.parametrize(
    ("name", "seed", "first"),
    [
        ("01/hidden/Linear/test_forward", 0, 1042853229),
        ("01/hidden/Linear/test_forward", 1, 3076758256),
        ("01/hidden/Linear/test_backward", 0, 2031611096),
        ("", 2**63 - 1, 3461598672),
        ("Größe [α]", 0, 1164562745),
    ],
)
def test_the_numbers_are_known(name, seed, first):
    """A change here changes every submission's inputs: a regraded one could come out otherwise."""
    assert int(rng_for(name, seed).integers(1 << 32)) == first


def test_the_same_name_and_seed_give_the_same_numbers_again():
    assert np.array_equal(rng_for("a", 1).normal(size=100), rng_for("a", 1).normal(size=100))


def test_names_and_seeds_do_not_collide():
    keys = [(name, seed) for name in ("a", "b", "ab", "a1") for seed in (0, 1, 10, 11, 2**62)]
    values = {int(rng_for(*key).integers(1 << 62)) for key in keys}

    assert len(values) == len(keys)


def test_one_generator_does_not_disturb_another():
    first, second = rng_for("a", 0), rng_for("b", 0)
    alone = rng_for("a", 0).normal(size=4)
    second.normal(size=1000)

    assert np.array_equal(first.normal(size=4), alone)


def draw(name, decorator="@weight(1)", parameters="rng"):
    """A check that tells the number it drew."""
    return f"{decorator}\ndef {name}({parameters}):\n    'It works.'\n    pytest.fail(str(rng.integers(1 << 62)))\n"


def drawn(run, source, **options):
    """Check name -> the number that it drew."""
    return {r.check.id.rpartition("/")[2]: r.message for r in run(source, **options).results}


def test_random_numbers_depend_on_the_check_and_the_seed_and_on_nothing_else(run):
    forwards = drawn(run, draw("test_a") + draw("test_b"), points=2)
    backwards = drawn(run, draw("test_b") + draw("test_c") + draw("test_a"), points=3)
    alone = drawn(run, draw("test_a") + draw("test_b"), points=2, keep=lambda c: c.id.endswith("b"))
    other = drawn(run, draw("test_a") + draw("test_b"), points=2, seed=1)

    assert forwards == {name: backwards[name] for name in forwards}
    assert alone == {"test_b": forwards["test_b"]}
    assert len({*forwards.values(), *other.values()}) == 4


def test_each_set_of_parameters_draws_other_numbers(run):
    values = drawn(run, draw("test_a", "@pytest.mark.parametrize('n', [1, 2])\n@weight(1)", "rng, n"), points=2)

    assert len(set(values.values())) == 2

"""Law 7: what is documented is asked, in proportion."""

import pytest

from grader.audit.shapes import cases

SCALE = "reference/nn/scale.py"
HIDDEN = "assignments/01_scaling/test_hidden.py"
TOML = "assignments/01_scaling/assignment.toml"
README = "assignments/01_scaling/README.md"
ONE_CHECK = 'twin("nn.Scale", 7.25).forward(rng.normal(size=(2, 3))).compare()'
NEVER = "        if self.factor == 5:\n            raise ValueError('five')\n        require_array(x)"


@pytest.fixture
def options(change):
    """Give Scale two options, and a check for each."""
    change(
        SCALE,
        "factor: float) -> None:\n",
        "factor: float, offset: float = 0.0, power: int = 1) -> None:\n"
        "        self.offset, self.power = offset, power\n",
    )
    change(
        HIDDEN,
        ONE_CHECK,
        "\n        ".join(
            ONE_CHECK.replace("7.25", options) for options in ("7.25", "7.25, offset=1.0", "7.25, 0.0, 2")
        ),
    )


def test_an_option_that_is_never_other_than_its_default_is_found(change, violations):
    change(SCALE, "factor: float) -> None:\n", "factor: float, offset: float = 0.0) -> None:\n")

    assert violations(7) == ["no check asks for nn.Scale: offset"]


def test_two_options_that_are_never_other_than_their_defaults_together_are_found(options, violations):
    assert violations(7) == ["no check asks for nn.Scale: offset and power"]


def test_two_options_in_one_object_are_enough(options, change, violations):
    change(HIDDEN, "7.25, 0.0, 2", "7.25, 1.0, 2")

    assert violations(7) == []


REFUSED = '''
    @weight(2)
    def test_refusal(self, student):
        """Some options are refused."""
        with raises(ValueError, doing="impossible options"):
            student.nn.Scale({})


'''


@pytest.mark.parametrize(
    ("call", "missing"),
    [("1.0, offset=1.0, power=2", []), ("-1.0, offset=1.0, power=2", ["no check asks for nn.Scale: offset and power"])],
    ids=["for being together", "for something else"],
)
def test_a_pair_counts_as_asked_where_it_is_refused(options, change, violations, call, missing):
    test = "if factor < 0 or (offset and power > 1)"
    change(
        SCALE,
        "        self.offset, self.power",
        f"        {test}:\n            raise ValueError\n        self.offset, self.power",
    )
    change(HIDDEN, "import hide_errors,", "import hide_errors, raises,")
    change(HIDDEN, "\n\nclass TestShift", REFUSED.format(call) + "\nclass TestShift")
    change(TOML, "points = 10", "points = 12")

    assert violations(7) == missing


def test_an_error_that_is_never_raised_is_found(change, violations):
    change(SCALE, "        require_array(x)", NEVER)

    assert violations(7) == ["no check asks for nn/scale.py:Scale.forward: raise ValueError('five')"]


def test_a_shape_that_is_never_given_is_found(change, violations):
    change(TOML, "[limits]", '[shapes]\n"nn.Scale" = ["(N, ...)", "any shape"]\n\n[limits]')
    change(README, "# scaling", "# scaling\nx: (N, ...) or any shape")

    assert violations(7) == [
        f"no check asks for nn.Scale: any shape with {case}"
        for case in ("no dimensions", "three or more dimensions", "no elements")
    ]


def test_an_option_that_never_meets_one_of_several_shapes_is_found(options, change, violations):
    change(HIDDEN, "7.25, 0.0, 2", "7.25, 1.0, 2")
    change(TOML, "[limits]", '[shapes]\n"nn.Scale" = ["(N, C)", "(C,)"]\n\n[limits]')
    change(README, "# scaling", "# scaling\nx: (N, C) or (C,)")

    assert violations(7) == [f"no check asks for nn.Scale: {name} with (C,)" for name in ("offset", "power")]


def test_a_shape_that_the_handout_does_not_have_is_found(change, violations):
    change(TOML, "[limits]", '[shapes]\n"nn.Scale" = ["(N,)", "one row"]\n\n[limits]')

    found = violations(7)

    assert found[0] == "assignment.toml: shapes: nn.Scale: '(N,)' does not stand in README.md"
    assert found[1].startswith(
        "assignment.toml: shapes: nn.Scale: 'one row' is neither a shape, as in '(N, C, ...)', nor one of 'any', "
    )


@pytest.mark.parametrize(
    ("text", "shape", "names"),
    [
        ("(N, C)", (0, 3), [""]),
        ("(N, C)", (3,), []),
        ("()", (), [""]),
        ("(C,)", (5,), [""]),
        ("(N, C, d1, ...)", (2, 3), []),
        ("(N, C, d1, ...)", (2, 3, 4), ["nothing for ..."]),
        ("(N, C, d1, ...)", (2, 3, 4, 5), ["something for ..."]),
        ("(..., I)", (3,), ["nothing for ..."]),
        ("any shape", (), ["no dimensions"]),
        ("at least one dimension", (), []),
        ("at least one dimension", (2, 0, 3), ["three or more dimensions", "no elements"]),
    ],
)
def test_a_shape_is_an_example_of_a_promise(text, shape, names):
    assert [name for name, fits in cases(text) if fits(shape)] == names


def test_what_is_not_asked_may_have_a_reason(sound_root, change, examine):
    change(SCALE, "        require_array(x)", NEVER)
    name = "nn/scale.py:Scale.forward: raise ValueError('five')"
    (sound_root / "assignments/01_scaling/uncovered.toml").write_text(
        f'[[impossible]]\nreason = "Nobody has five."\nentries = ["{name}"]\n'
    )

    finding = examine(7).findings[0]

    assert finding.violations == ()
    assert finding.evidence == "0 asked, 1 with reasons, 0 missing"


def test_a_reason_for_what_is_asked_and_one_for_what_is_not_there_are_found(sound_root, options, violations):
    entries = '"nn.Scale: offset", "nn.Scale: offset and power", "nn.Scale: lamp"'
    (sound_root / "assignments/01_scaling/uncovered.toml").write_text(
        f'[[elsewhere]]\nreason = "It is."\nentries = [{entries}]\n'
    )

    assert violations(7) == [
        "uncovered.toml lists what a check asks for: nn.Scale: offset",
        "uncovered.toml lists what there is not: nn.Scale: lamp",
    ]


@pytest.fixture
def fine(change):
    change(HIDDEN, "import hide_errors,", "import fine, hide_errors,")
    change(HIDDEN, "    @weight(2)\n    @hide", "    @fine\n    @weight(2)\n    @hide")


def test_some_fine_print_is_allowed(fine, examine):
    finding = examine(7).findings[1]

    assert finding.violations == ()
    assert finding.evidence == "at most 33% of a component is fine print"


def test_too_much_fine_print_is_found(fine, change, violations):
    change(HIDDEN, "class TestShift:\n", "class TestShift:\n    @fine\n")

    assert violations(7) == ["50% of Shift is fine print; 40% is allowed"]

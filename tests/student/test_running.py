"""Some of the public checks, and everything that can be wrong with what was typed."""

import pytest


def test_an_assignment_with_the_usual_report(check, solve):
    solve("scale.py", np_multiply="np.add")

    status, printed, _ = check("1")

    assert status == 1
    assert "Scale.forward multiplies by the factor.\n\n    Scale(3).forward[0] is 4, but should be 3" in printed
    assert "01 scaling         0 of 2 public checks pass" in printed
    assert "Chain" not in printed


def test_one_class_of_checks_and_what_has_changed(check, solve):
    check("01_scaling")
    solve("scale.py")

    status, printed, _ = check("01", "-k", "Scale")

    assert status == 0
    assert "Shift" not in printed
    assert printed.endswith("\nSince the last run\n  + 01 Scale: 1 of 1 checks pass, 0 before\n")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("9", "There is no assignment '9'; there are 01, 02."),
        ("01_other", "There is no assignment '01_other'; there are 01, 02."),
        ("01 02", "unrecognized arguments: 02."),
        ("--wach", "unrecognized arguments: --wach."),
        ("explain", "the following arguments are required: name."),
        ("explain Scales", "Nothing in framework/ has the name 'Scales'. Did you mean Scale"),
        ("submit 77", "There is no assignment '77'; there are 01, 02."),
        ("gradcheck nn.Scale 3", "the following arguments are required: --shape."),
        ("gradcheck nn.Scale 3 --shape a,b", "argument --shape: invalid shape value: 'a,b'."),
        ("gradcheck nn.Scale 3 --shape 2 --between 2,1", "argument --between: invalid range value: '2,1'."),
        ("gradcheck shifted 3 --shape 2", "nn.shift.shifted is no class."),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence(check, typed, told):
    status, printed, errors = check(*typed.split())

    assert (status, printed) == (2, "")
    assert told in errors


def test_a_name_that_no_check_has(check):
    status, printed, _ = check("01", "-k", "Bias")

    assert status == 2
    assert "no check has this name; there are: Scale, Shift" in printed


def test_help(check_outside):
    status, printed, _ = check_outside("--help")

    assert status == 0
    assert all(verb in printed for verb in ("explain", "gradcheck", "submit", "--watch", "--debug"))
    assert max(map(len, printed.splitlines())) < 80


def test_a_python_without_pytest_is_told_what_to_do(check_outside, template):
    (template / "check.py").write_text(
        (template / "check.py").read_text().replace('("numpy", "pytest")', '("numpy", "surely_not_there")')
    )

    assert check_outside() == (2, "", "surely_not_there cannot be found: python -m pip install -r requirements.txt\n")

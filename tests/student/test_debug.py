"""`--debug` opens in the student's code; `--watch` runs again after a change."""

import os
import signal
import subprocess
import sys
import threading

import pytest


def test_a_wrong_value_stops_at_the_beginning_of_the_method_that_gave_it(check_outside, solve):
    solve("scale.py", np_multiply="np.add")

    status, printed, errors = check_outside("01", "--debug", keys="p x\nw\nq\n")

    assert status == 1
    assert "Scale.forward multiplies by the factor.\n\n    Scale(3).forward[0] is 4, but should be 3" in printed
    assert "It stops in forward (framework/nn/scale.py, line " in " ".join(printed.split())
    assert "-> require_array(x)\n(Pdb) array([ 1., -2.])" in printed
    assert "site-packages" not in printed + errors


def test_an_exception_stops_where_the_students_code_raised_it(check_outside, solve):
    solve("scale.py", np_multiply="np.nothing")

    _, printed, _ = check_outside("01", "-k", "Scale", "--debug", keys="p factor\nu\np self.factor\nq\n")

    assert "It stops where your code raised this." in printed
    assert "return np.nothing(factor, x)\n(Pdb) 3.0\n" in printed
    assert "-> return _times(self.factor, x)\n(Pdb) 3.0\n" in printed


def test_the_call_that_gave_the_value_is_stopped_at_and_none_before_it(check_outside, template, solve):
    """The check calls forward twice; the second call is wrong."""
    solve("scale.py", np_multiply="_second")
    with (template / "framework/nn/scale.py").open("a") as file:
        file.write("\n_calls = []\ndef _second(a, b):\n    _calls.append(b)\n    return a * b + (len(_calls) == 2)\n")
    tests = template / "tests/test_01_scaling.py"
    tests.write_text(
        "import numpy as np\nfrom grader.checks import compare, weight\n\nclass TestScale:\n    @weight(2)\n"
        "    def test_twice(self, student):\n        '''Twice.'''\n        scale = student.nn.Scale(3.0)\n"
        "        for x in (1.0, 5.0):\n            compare(scale.forward(np.array([x])), np.array([3 * x]), 'y')\n"
    )

    _, printed, _ = check_outside("01", "--debug", keys="p x\nq\n")

    assert "(Pdb) array([5.])" in printed


def test_the_backward_is_looked_at_if_a_gradient_is_wrong(check_outside, template):
    (template / "framework/nn/own.py").write_text(
        "class Own:\n    def forward(self, x):\n        return 2 * x\n\n"
        "    def backward(self, dy):\n        return 3 * dy\n"
    )
    (template / "framework/nn/__init__.py").write_text("from .own import Own\n")
    (template / "tests/test_01_scaling.py").write_text(
        "import numpy as np\nfrom grader.checks import check_own_gradients, weight\n\nclass TestOwn:\n    @weight(2)\n"
        "    def test_gradients(self, student, rng):\n"
        "        check_own_gradients(student, student.nn.Own(), np.ones(3), rng=rng)\n"
    )

    assert "-> return 3 * dy\n" in check_outside("01", "--debug", keys="q\n")[1]


def test_a_check_whose_time_is_up_is_one_that_fails(check_outside, solve, template):
    solve("scale.py", np_multiply="_forever")
    with (template / "framework/nn/scale.py").open("a") as file:
        file.write("\ndef _forever(a, b):\n    while True: pass\n")

    _, printed, _ = check_outside("01", "-k", "Scale", "--debug", keys="p x\nq\n")

    assert "it was still computing after 5 seconds" in printed
    assert "-> require_array(x)\n(Pdb) array([ 1., -2.])" in printed


def test_nothing_fails(check, solve):
    solve("scale.py")

    assert check("01", "--debug") == (
        0,
        "None of these checks fails (what is not written yet does not count).\n",
        "",
    )


def test_a_package_that_cannot_be_imported_is_told(check, template):
    (template / "framework/nn/scale.py").write_text("def f(\n")

    status, _, errors = check("01", "--debug")

    assert status == 2
    assert errors.startswith("framework/nn/scale.py cannot be imported (line 1: def f().")


@pytest.mark.skipif(sys.platform == "win32", reason="a closed input is a matter of shells on other systems")
def test_nobody_can_type(template):
    command = f'exec "{sys.executable}" -B "{template / "check.py"}" 01 --debug <&-'
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (2, "--debug needs somebody who types, but the input is closed.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C is sent in another way there")
def test_watching_runs_again_after_a_change_and_ends_with_ctrl_c(template, solve):
    command = [sys.executable, "-B", "-u", str(template / "check.py"), "01", "-k", "Scale", "--watch"]
    environment = {**os.environ, "PYTHONUTF8": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as watching:
        alarm = threading.Timer(120, watching.kill)
        alarm.start()
        first = until(watching.stdout, "waiting for a change")
        solve("scale.py")
        second = until(watching.stdout, "waiting for a change")
        watching.send_signal(signal.SIGINT)
        rest = watching.stdout.read()
        alarm.cancel()

    assert "1 not written" in first
    assert "changed: framework/nn/scale.py" in second
    assert "+ 01 Scale: 1 of 1 checks pass, 0 before" in second
    assert (watching.returncode, rest) == (130, "")


def until(stream, words: str) -> str:
    read = ""
    for line in stream:
        read += line
        if words in line:
            return read
    pytest.fail(f"it ended after {read!r}")

"""The program of the first day trains with whatever is written, and with stand-ins for the rest."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.assignment import Course
from grader.release.template import write_template

ROOT = Path(__file__).parents[2]
COURSE = Course.load(ROOT)
OF_01, OF_02 = ("nn/module.py", "nn/linear.py"), ("nn/activation.py",)
OF_03, OF_04 = ("nn/loss.py",), ("optim/optimizer.py", "optim/sgd.py")
OF_06 = ("data/dataset.py", "data/dataloader.py", "training/metrics.py")


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("students") / "template"
    write_template(COURSE, target)
    return target


@pytest.fixture
def ran(template):
    """Run a program of the template with the solution in some files, and stubs in the others."""

    def ran(program: str, files: tuple[str, ...], *arguments: str, **replaced: str) -> subprocess.CompletedProcess:
        for path in COURSE.stubs:
            text = COURSE.reference[path] if path in files else COURSE.stubs[path]
            for old, new in replaced.items():
                text = text.replace(old, new)
            (template / "framework" / path).write_text(text, encoding="utf-8")
        command = [sys.executable, str(template / program), *arguments]
        known = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}
        return subprocess.run(command, env={**os.environ, **known}, capture_output=True, encoding="utf-8")

    return ran


def losses(printed: str) -> list[float]:
    return [float(loss) for loss in re.findall(r"loss ([\d.]+)", printed)]


def test_the_network_is_the_same_whoever_wrote_its_parts(ran):
    """Its losses agree to the digits that are shown: gradients pass from one's own parts to stand-ins and back."""
    mixes = {(): 0, OF_01: 2, OF_01 + OF_02: 4, OF_03 + OF_04: 1, OF_01 + OF_02 + OF_03 + OF_04 + OF_06: 9}
    found = {}
    for files, count in mixes.items():
        done = ran("topdown/first_day.py", files, "--short")
        assert (done.stderr, done.returncode) == ("", 0)
        assert f"{count} of 9 parts are yours." in done.stdout
        found[files] = losses(done.stdout)

    assert all(len(each) == 2 for each in found.values())
    assert all(each == pytest.approx(found[()], abs=2e-4) for each in found.values())  # four digits are shown


def test_what_is_written_but_wrong_is_ones_own(ran):
    done = ran("topdown/parts.py", OF_01, accumulate_grad="accumulate")

    assert re.search(r"01 +nn\.Linear +yours", done.stdout)


def test_the_status_is_what_this_program_says(ran, template):
    ran("topdown/parts.py", OF_02)
    done = ran("check.py", OF_02, "status")

    assert done.returncode == 0
    assert re.search(r"02 +nn\.Tanh +yours", done.stdout)
    assert re.search(r"01 +nn\.Linear +a stand-in", done.stdout)


def test_stand_ins_contain_no_line_of_a_solution_and_no_derivative(template):
    text = (template / "topdown/stand_ins.py").read_text(encoding="utf-8")

    assert "(2 * H)" in text
    assert not re.search(r"\* \(1 - |x > 0|softmax", text)


HANDOUTS = {a.number: (a.folder / "README.md").read_text(encoding="utf-8") for a in COURSE.assignments}
ABOVE = {n: text.partition("\n## Coming from above\n")[2].partition("\n## ")[0] for n, text in HANDOUTS.items()}


@pytest.mark.parametrize("number", sorted(ABOVE.keys() - {"00"}))
def test_a_handout_says_how_to_read_it_when_coming_from_above(number):
    [assignment] = COURSE.select((number,))
    written = {hole for holes in assignment.holes.values() for hole in holes}
    named = {hole for hole in written if f"`{hole}" in ABOVE[number] or f"`{hole.partition('.')[0]}`" in ABOVE[number]}

    assert named, "it names what to write first"
    assert 20 <= len(ABOVE[number].split()) <= 80


def test_a_section_that_a_reader_from_above_is_sent_to_is_there():
    for number, text in ABOVE.items():
        titles = re.findall(r"^#+ (.+)$", HANDOUTS[number], re.M)
        for title in re.findall(r'"([^"]+)"', " ".join(text.split())):
            assert title in titles, (number, title)


def test_the_handouts_name_every_stand_in_where_it_is_replaced():
    parts = (ROOT / "assignments/06_training/topdown/parts.py").read_text(encoding="utf-8")
    named = re.findall(r'Part\("\w+\.(\w+)", "(\d\d)"', parts)

    assert len(named) == 9
    for name, number in named:
        assert f"`{name}`" in ABOVE[number], name

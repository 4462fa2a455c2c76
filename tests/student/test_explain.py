"""What is said of a class or function: its specification, its section of the handout, its public checks."""

import io

import pytest

from grader.student.handout import section_about, sections
from grader.student.printing import prepare, reflowed
from grader.student.source import find


def test_a_class(check):
    status, printed, _ = check("explain", "scale.Scale")

    assert status == 0
    assert printed.startswith(
        "nn.scale.Scale  (framework/nn/scale.py, line 8)\nclass Scale\n    Computes y = factor x.\n"
    )
    assert "    def forward(self, x: np.ndarray) -> np.ndarray\n        Return y, of x's shape.\n" in printed
    assert 'handouts/01_scaling.md, "A factor"\n\nScale multiplies, y = σ x.' in printed
    assert printed.endswith(
        "Its public checks\n\n  - Scale.forward multiplies by the factor.\n\nRun them: python check.py 01 -k Scale\n"
    )


def test_where_the_terminal_has_only_ascii_letters_are_spelled(check_outside):
    _, printed, _ = check_outside("explain", "Scale", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    assert "y = sigma x" in printed


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ("Scale", "nn.scale.Scale"),
        ("nn.Scale", "nn.scale.Scale"),
        ("framework.nn.scale.Scale", "nn.scale.Scale"),
        ("scales.scale", "nn.scale.Scale"),
        ("Shift.forward", "nn.shift.Shift.forward"),
        ("shifted", "nn.shift.shifted"),
    ],
)
def test_a_name_may_be_written_as_it_comes(written, asked, path):
    found = find(written, asked)

    assert found.path == path
    assert found.owner == path.split(".")[2]


def test_nothing_is_run_and_a_broken_file_hides_only_itself(check, template):
    (template / "framework/nn/shift.py").write_text("def f(\n")

    status, printed, _ = check("explain", "Scale")

    assert status == 0
    assert "Scale.forward multiplies by the factor." in printed


def test_a_title_in_code_is_no_section():
    text = "# A\n\n```\n# no\n```\n\n## B\nb\n"

    assert [(s.title, s.text) for s in sections(text)][1:] == [("A", "```\n# no\n```"), ("B", "b")]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("CrossEntropyLoss", "Cross-entropy"),
        ("clip_grad_norm_", "Clipping"),
        ("MaxPool2d", "Pooling"),
        ("Unheard", None),
        ("Odd", "Conventions"),
    ],
)
def test_the_section_is_that_which_speaks_of_it(tmp_path, name, title):
    page = tmp_path / "handout.md"
    page.write_text(
        "# 03\n## Conventions\n`MaxPool2d`, `clip_grad_norm_`, Odd\n### Cross-entropy\n-log p\n"
        "### Clipping\nby its norm: `clip_grad_norm_`\n### Pooling\nthe maximum\n## Sources\ncross-entropy\n"
    )

    found = section_about(page, name)

    assert (found and found.title) == title


def test_no_handout_is_no_error(tmp_path):
    assert section_about(tmp_path / "gone.md", "Scale") is None


def test_text_is_filled_anew_but_equations_tables_and_lists_keep_their_lines():
    long = "word " * 30
    table = "| a | b |\n|---|---|\n| " + "c" * 90 + " | d |"
    text = f"{long}\n\n    y = x{' ' * 80}(7)\n\n{table}\n\n- {long}\n- second"

    paragraph, equation, kept, items = reflowed(text).split("\n\n")

    assert max(map(len, f"{paragraph}\n{items}".splitlines())) < 80
    assert equation == "    y = x   (7)"
    assert kept == table
    assert items.splitlines()[1].startswith("  word")
    assert items.endswith("\n- second")


def test_characters_that_an_encoding_lacks():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    prepare(stream)
    stream.write("∂L/∂x = Σ σ² é λ 漢")
    stream.flush()

    assert stream.buffer.getvalue() == b"dL/dx = sum sigma^2 e lambda ?"

"""Figures of the handouts: drawn by code, described in words, light, and where the links of the handouts point."""

import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from markdown_it import MarkdownIt

from grader.assignment import AssignmentError, Course, Variants
from grader.figures import Axes, Paper, draw_figures, same_figure
from grader.figures.paper import COLOURS, SHAPES
from grader.release.template import template_files

ROOT = Path(__file__).parents[2]
COURSE = Course.load(ROOT)
FIGURES = {a.name: draw_figures(a, Variants(COURSE).original) for a in COURSE.assignments}
SVG = "{http://www.w3.org/2000/svg}"
DRAWN = '''
import numpy as np
from grader.figures import Paper

def line(framework):
    """A line

    From left to right.
    """
    paper = Paper(100, 20)
    paper.path([(0, 10), (framework.nn.Scale(2.0).forward(np.array(50.0)), 10)], "one")
    return paper
'''
WIDE = 7.6  # pixels of a character of 14 pixels on average, in a wide font

assignments = pytest.mark.parametrize("assignment", COURSE.assignments, ids=lambda a: a.name)


def images(handout: str) -> dict[str, str]:
    """Where its images lie -> the words that stand for them."""
    inline = [child for token in MarkdownIt().parse(handout) for child in token.children or ()]
    return {str(token.attrs["src"]): token.content for token in inline if token.type == "image"}


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2."""
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.fixture
def drawing(course_root):
    """A copy of the tiny course; yields its file draw.py, which draws a line."""
    file = course_root / "assignments/01_scaling/figures/draw.py"
    file.parent.mkdir()
    file.write_text(DRAWN)
    return file


@assignments
def test_the_figures_are_those_that_their_code_draws(assignment):
    """`make template` draws them anew."""
    found = {file.name: file.read_text(encoding="utf-8") for file in (assignment.folder / "figures").glob("*.svg")}
    drawn = FIGURES[assignment.name]

    assert sorted(found) == sorted(drawn)
    assert [name for name, text in drawn.items() if not same_figure(found[name], text)] == []


@assignments
def test_every_figure_is_in_its_handout_in_words_too(assignment):
    shown = images((assignment.folder / "README.md").read_text(encoding="utf-8"))

    assert sorted(shown) == sorted(f"figures/{name}" for name in FIGURES[assignment.name])
    assert all(len(words) > 20 for words in shown.values())


@assignments
def test_a_figure_says_what_it_shows_and_uses_only_looks_that_there_are(assignment):
    known = {*COLOURS, *re.findall(r"\.([a-z]+)", SHAPES), "hollow"}
    for name, text in FIGURES[assignment.name].items():
        picture = ElementTree.fromstring(text)
        classes = {look for element in picture.iter() for look in element.get("class", "").split()}

        assert len(picture.findtext(f"{SVG}title", "")) > 5, name
        assert len(picture.findtext(f"{SVG}desc", "")) > 100, name
        assert classes <= known, name


@assignments
def test_no_words_of_a_figure_leave_its_paper(assignment):
    for name, text in FIGURES[assignment.name].items():
        picture = ElementTree.fromstring(text)
        left, _top, width, _height = map(float, picture.get("viewBox", "").split())
        for words in picture.iter(f"{SVG}text"):
            looks = words.get("class", "").split()
            long = len(words.text or "") * (
                WIDE if "strong" in looks else WIDE * 12.5 / 14 if "small" in looks else WIDE
            )
            start = float(words.get("x", "")) - long * (0.5 if "middle" in looks else 1 if "end" in looks else 0)

            assert left <= start <= start + long <= left + width, (name, words.text)


def test_the_images_of_the_students_handouts_are_there():
    files = template_files(COURSE)
    handouts = [path for path in files if path.startswith("handouts/") and path.endswith(".md")]

    linked = {f"handouts/{place}" for path in handouts for place in images(files[path])}

    assert len(linked) >= 16
    assert linked == {path for path in files if path.endswith(".svg")}


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_what_is_drawn_stands_out_from_its_paper(scheme):
    """Words need a contrast of 4.5 (WCAG 2, 1.4.3); what is faint is only a grid."""
    paper = luminance(COLOURS["paper"][scheme])
    for name in COLOURS.keys() - {"paper", "faint"}:
        dark, light = sorted((luminance(COLOURS[name][scheme]), paper))

        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


def test_the_verb_draws_figures_and_removes_those_that_are_drawn_no_longer(run, course_root, drawing):
    drawing.with_name("gone.svg").write_text("<svg/>")

    status, out, _ = run("release", "figures", course=course_root)

    assert (status, out) == (0, "drew 1 figures of 2 handouts\n")
    assert [file.name for file in drawing.parent.glob("*.svg")] == ["line.svg"]
    assert 'd="M0,10 100,10"' in drawing.with_name("line.svg").read_text()


def test_students_receive_the_figures_and_the_links_follow_them(run, course_root, drawing):
    (course_root / "assignments/01_scaling/README.md").write_text("![A line](figures/line.svg)\n")
    run("release", "figures", course=course_root)

    files = template_files(Course.load(course_root))

    assert files["handouts/01_scaling.md"] == "![A line](figures/01_scaling/line.svg)\n"
    assert files["handouts/figures/01_scaling/line.svg"] == drawing.with_name("line.svg").read_bytes()


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("(2.0)", "()", "line: it cannot be drawn: TypeError"),
        ("import Paper", "import Pencil", "it cannot be imported: ImportError"),
        ("From left to right.", "", "line: its docstring needs a line that is the title, and a description"),
        ("return paper", 'paper.words(0, 0, "x" * 20_000)\n    return paper', "line: 2.* bytes are too many"),
    ],
)
def test_a_figure_that_cannot_be_drawn_is_refused(course_root, drawing, before, after, problem):
    assert before in DRAWN
    drawing.write_text(DRAWN.replace(before, after))
    course = Course.load(course_root)

    with pytest.raises(AssignmentError, match=rf"draw\.py: {problem}"):
        draw_figures(course.assignments[0], Variants(course).original)


def test_figures_are_the_same_if_a_coordinate_was_rounded_otherwise_and_not_if_a_word_or_a_place_differs():
    figure = '<path d="M0,10 100.1,10"/><text>steps</text>'

    assert same_figure(figure, figure.replace("100.1", "100.2"))
    assert not same_figure(figure, figure.replace("100.1", "100.4"))
    assert not same_figure(figure, figure.replace("steps", "step"))


def test_a_curve_is_broken_where_it_has_no_value_and_where_it_jumps():
    paper = Paper(100, 100)
    axes = Axes(paper, 0, 0, 100, 100, (0, 10), (0, 10))
    xs = np.arange(11.0)
    ys = np.where(xs < 3, 1.0, 9.0)
    ys[6] = np.nan

    axes.curve(xs, ys, "one", jump=5)

    assert re.findall(r' d="(.*?)"', paper.svg("", "")) == ["M0,90 20,90", "M30,10 50,10", "M70,10 100,10"]

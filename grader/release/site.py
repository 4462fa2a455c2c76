"""The course page: a static site of the handouts. It needs no network and no script."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from grader.assignment import Assignment, AssignmentError, Course
from grader.figures import FOLDER as FIGURES
from grader.figures import figure_files
from grader.release.leaks import Content, require_no_leak
from grader.release.milestones import milestone_section
from grader.release.topdown import topdown_section

FILES = Path(__file__).with_name("site_files")
INDEX, TITLE = "index.html", "Build a neural-network framework"


@dataclass(frozen=True)
class Page:
    """A page of the site: its file, its title, and its text in Markdown."""

    file: str
    title: str
    text: str


def site_files(course: Course) -> dict[str, Content]:
    """Every file of the site: path -> text, or bytes of a figure.

    Raises:
        AssignmentError: if a handout cannot be read, does not begin with a title, or has a line of a solution.
    """
    pages = [_index(course), *map(_handout, course.assignments)]
    require_no_leak(course, {page.file: page.text for page in pages})
    files: dict[str, Content] = {"style.css": _text(FILES / "style.css")}
    for before, page, after in zip([None, *pages], pages, [*pages[1:], None]):
        files[page.file] = _rendered(page, before, after)
    for assignment in course.assignments:
        for file in figure_files(assignment):
            files[f"{FIGURES}/{assignment.name}/{file.name}"] = file.read_bytes()
    return files


def _index(course: Course) -> Page:
    rows = [f"| {a.number} | [{a.title}]({a.name}.html) | {a.points:g} | {_after(a)} |" for a in course.assignments]
    table = "\n".join(["| part | title | points | after |", "|---|---|---|---|", *rows])
    text = _text(FILES / "index.md").replace("{{assignments}}", table)
    sections = {"{{topdown}}": topdown_section(course), "{{milestones}}": milestone_section(course)}
    for mark, section in sections.items():
        text = text.replace(mark, section)
    return Page(INDEX, TITLE, text)


def _after(assignment: Assignment) -> str:
    return ", ".join(assignment.requires)


def _handout(assignment: Assignment) -> Page:
    file = assignment.folder / "README.md"
    try:
        text = _text(file)
    except (OSError, UnicodeDecodeError) as error:
        raise AssignmentError(file, f"the handout cannot be read: {error}") from error
    title = re.match(r"# (.+)", text)
    if not title:
        raise AssignmentError(file, "the handout should begin with its title, `# NN: ...`")
    return Page(f"{assignment.name}.html", title[1], text.replace(f"]({FIGURES}/", f"]({FIGURES}/{assignment.name}/"))


def _rendered(page: Page, before: Page | None, after: Page | None) -> str:
    markdown = MarkdownIt("commonmark").enable("table")
    tokens = markdown.parse(page.text)
    _align_by_class(tokens)
    known = {
        "title": escape(page.title),
        "head": _head(list(_name_sections(tokens))) if page.file != INDEX else "",
        "around": _around(before, after),
        # A wide table scrolls by itself, as the page should not.
        "body": markdown.renderer.render(tokens, markdown.options, {})
        .replace("<table>", '<div class="wide" tabindex="0"><table>')
        .replace("</table>", "</table></div>"),
    }
    return re.sub(r"{{(\w+)}}", lambda mark: known[mark[1]], _text(FILES / "page.html"))


def _name_sections(tokens: list[Token]) -> Iterator[tuple[str, str]]:
    """Give every heading an id. Yields the id and the words of those of the second level."""
    taken: set[str] = set()
    for heading, inline in pairwise(tokens):
        if heading.type == "heading_open":
            words = "".join(child.content for child in inline.children or ())
            name = re.sub(r"\W+", "-", words.lower()).strip("-") or "section"
            while name in taken:
                name += "-"
            taken.add(name)
            heading.attrSet("id", name)
            if heading.tag == "h2":
                yield name, words


def _align_by_class(tokens: list[Token]) -> None:
    """Say how the cells of tables are aligned by a class, as the page allows no style of its own."""
    for token in tokens:
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrJoin("class", style.removeprefix("text-align:"))


def _head(sections: list[tuple[str, str]]) -> str:
    """The way back to the first page, and what is on this one."""
    back = f'<header><a href="{INDEX}">{TITLE}</a></header>\n'
    items = "".join(f'<li><a href="#{name}">{escape(words)}</a></li>\n' for name, words in sections)
    return back + f'<nav class="contents" aria-label="On this page">\n<ul>\n{items}</ul>\n</nav>' if items else back


def _around(before: Page | None, after: Page | None) -> str:
    links = [f'<a rel="prev" href="{before.file}">← {escape(before.title)}</a>' if before else "<span></span>"]
    links += [f'<a rel="next" href="{after.file}">{escape(after.title)} →</a>' if after else ""]
    return f'<nav class="around" aria-label="The parts before and after">\n{"".join(links)}\n</nav>'


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")

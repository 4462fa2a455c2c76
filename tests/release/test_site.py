"""The course page: every handout as a page of plain HTML, with links that lead somewhere."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.assignment import AssignmentError, Course
from grader.release.site import INDEX, site_files

ROOT = Path(__file__).resolve().parents[2]


class Seen(HTMLParser):
    """What is in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []
        self.styled: list[str] = []
        self.aligned: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values[name] for name in ("href", "src") if values.get(name)]
        self.images += [values] if tag == "img" else []
        self.styled += [tag] if tag == "style" or "style" in values else []
        self.aligned += [values["class"]] if tag in ("th", "td") and values.get("class") else []


@pytest.fixture(scope="module")
def real_course() -> Course:
    return Course.load(ROOT)


@pytest.fixture(scope="module")
def site(real_course):
    return site_files(real_course)


@pytest.fixture(scope="module")
def pages(site):
    return {name: Seen(text) for name, text in site.items() if name.endswith(".html")}


def test_each_assignment_has_a_page_that_the_first_one_links_to(real_course, pages):
    names = {f"{a.name}.html" for a in real_course.assignments}

    assert pages.keys() == {INDEX, *names}
    assert names <= set(pages[INDEX].links)


def test_every_link_leads_to_something_that_is_there(site, pages):
    for name, page in pages.items():
        for link in page.links:
            target, _, place = link.partition("#")
            assert not target or target in site, (name, link)
            if place:
                assert place in pages[target or name].ids, (name, link)


def test_a_page_needs_no_network_and_no_script(pages):
    for page in pages.values():
        assert "script" not in page.tags
        assert not [link for link in page.links if ":" in link]


def test_a_page_has_no_style_of_its_own_and_its_policy_allows_none(site, pages):
    for name, page in pages.items():
        assert page.styled == [], name
        assert "style-src 'self';" in site[name], name
        assert "unsafe" not in site[name], name


def test_columns_are_aligned_by_the_style_sheet(site, pages):
    aligned = {name for page in pages.values() for name in page.aligned}

    assert "right" in aligned
    assert all(f"td.{name} {{ text-align: {name}; }}" in site["style.css"] for name in aligned)


def test_a_reader_who_does_not_see_finds_the_way(pages):
    for name, page in pages.items():
        assert page.tags.count("h1") == page.tags.count("main") == 1, name
        assert len(page.ids) == len(set(page.ids)), name
        assert all(len(image["alt"] or "") > 10 for image in page.images), name
        assert page.links[1] == "#text", name  # the first one behind the style sheet


def test_a_line_of_a_solution_is_refused(course_root):
    (course_root / "assignments/02_chain/README.md").write_text("# 02: A chain\n\n    for layer in self.layers:\n")

    with pytest.raises(AssignmentError, match=r"02_chain\.html:3: for layer in self\.layers:"):
        site_files(Course.load(course_root))


def test_a_handout_without_a_title_is_refused(course_root):
    (course_root / "assignments/02_chain/README.md").write_text("A chain.\n")

    with pytest.raises(AssignmentError, match=r"02_chain/README\.md: the handout should begin with its title"):
        site_files(Course.load(course_root))


def test_the_command_writes_it_and_writes_it_anew(run, tmp_path):
    for _ in range(2):
        code, out, _err = run("release", "site", "-o", tmp_path / "site", course=ROOT)
        assert code == 0
    assert f"open {tmp_path / 'site' / INDEX}" in " ".join(out.split())

    (tmp_path / "site/mine.txt").write_text("")
    code, _out, err = run("release", "site", "-o", tmp_path / "site", course=ROOT)

    assert code == 1
    assert "mine.txt" in err

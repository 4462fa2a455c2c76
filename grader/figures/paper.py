"""One figure as SVG: lines, boxes, arrows and words, in colours that suit light and dark pages.

What a figure looks like is said by classes, several of them separated by spaces:

    colours   ink, soft, faint, one, two, three, four
    lines     thin, wide, dash, dots
    shapes    wash (filled lightly), full (filled), hollow (the paper shows)
    words     small, code, strong, and start, middle or end, which say what part of the words is at x
"""

import math
from collections.abc import Iterable, Sequence
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

Point = tuple[float, float]
MARGIN = 10  # around what is drawn, so that nothing touches the edge
HEAD = 8  # pixels of an arrow's head

# Name -> colour on a light page, and on a dark one. Each has a contrast of at least 4.5 with its paper, but for faint.
COLOURS = {
    "ink": ("#1f2328", "#e6edf3"),
    "soft": ("#59636e", "#9198a1"),
    "faint": ("#d1d9e0", "#3d444d"),
    "one": ("#0969da", "#58a6ff"),
    "two": ("#bc4c00", "#f0883e"),
    "three": ("#1a7f37", "#3fb950"),
    "four": ("#8250df", "#bc8cff"),
    "paper": ("#ffffff", "#0d1117"),
}
SHAPES = (
    "path{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round}"
    "rect,circle{fill:none;stroke:currentColor;stroke-width:1.5}"
    "text{fill:currentColor;font:14px system-ui,'Segoe UI',Helvetica,Arial,sans-serif}"
    ".thin{stroke-width:1}.wide{stroke-width:3}.dash{stroke-dasharray:6 4}.dots{stroke-dasharray:2 4}"
    ".wash{fill:currentColor;fill-opacity:.16}.full{fill:currentColor}.paper{fill:currentColor;stroke:none}"
    "path.full{stroke:none}"
    ".small{font-size:12.5px}.code{font-family:ui-monospace,Menlo,Consolas,monospace}.strong{font-weight:600}"
    ".middle{text-anchor:middle}.end{text-anchor:end}"
)


class Paper:
    """What is drawn on, `width` by `height` pixels; x runs to the right, y downwards. A handout shows about 760."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = width, height
        self._elements: list[str] = []

    def path(self, points: Sequence[Point], looks: str = "ink", closed: bool = False) -> None:
        """Straight lines from point to point."""
        steps = " ".join(f"{number(x)},{number(y)}" for x, y in points)
        self._add("path", looks, d=f"M{steps}{'z' if closed else ''}")

    def arrow(self, points: Sequence[Point], looks: str = "ink") -> None:
        """Straight lines from point to point, with a head at the last one."""
        (x0, y0), (x1, y1) = points[-2:]
        length = math.hypot(x1 - x0, y1 - y0)
        along, across = ((x1 - x0) / length, (y1 - y0) / length), ((y0 - y1) / length, (x1 - x0) / length)
        back = x1 - HEAD * along[0], y1 - HEAD * along[1]
        self.path([*points[:-1], back], looks)
        sides = [(back[0] + s * across[0] * HEAD / 2, back[1] + s * across[1] * HEAD / 2) for s in (1, -1)]
        self.path([*sides, (x1, y1)], f"{looks.split()[0]} full", closed=True)

    def box(self, x: float, y: float, width: float, height: float, looks: str = "ink", corner: float = 0) -> None:
        """A rectangle whose upper left corner is at (x, y)."""
        rounded = {"rx": number(corner)} if corner else {}
        size = {"x": number(x), "y": number(y), "width": number(width), "height": number(height)}
        self._add("rect", looks, **size, **rounded)

    def dot(self, x: float, y: float, radius: float = 4, looks: str = "ink full") -> None:
        """A circle around (x, y)."""
        self._add("circle", looks, cx=number(x), cy=number(y), r=number(radius))

    def words(self, x: float, y: float, text: str, looks: str = "ink") -> None:
        """One line; y is its base."""
        self._add("text", looks, escape(text), x=number(x), y=number(y))

    def boxes(self, corners: Iterable[Point], width: float, height: float, looks: str = "ink") -> None:
        """Rectangles of one size and one look, by their upper left corners. They need less room than single ones."""
        around = f"h{number(width)}v{number(height)}h{number(-width)}z"
        self._add("path", looks, d="".join(f"M{number(x)},{number(y)}{around}" for x, y in corners))

    def svg(self, title: str, description: str) -> str:
        """The file. Title and description are what a screen reader says."""
        box = f"{-MARGIN} {-MARGIN} {number(self.width + 2 * MARGIN)} {number(self.height + 2 * MARGIN)}"
        size = f'width="{number(self.width + 2 * MARGIN)}" height="{number(self.height + 2 * MARGIN)}"'
        sheet = f'<rect class="paper" x="{-MARGIN}" y="{-MARGIN}" width="100%" height="100%" rx="{MARGIN}"/>'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {size} role="img" aria-labelledby="t d">',
                f'<title id="t">{escape(title)}</title>',
                f'<desc id="d">{escape(description)}</desc>',
                f"<style>{SHAPES}{_colours(0)}@media(prefers-color-scheme:dark){{{_colours(1)}}}</style>",
                sheet,
                *self._elements,
                "</svg>\n",
            ]
        )

    def _add(self, tag: str, looks: str, content: str = "", **attributes: str) -> None:
        known = {"class": " ".join(name for name in looks.split() if name != "start"), **attributes}
        said = "".join(f" {name}={quoteattr(value)}" for name, value in known.items())
        self._elements.append(f"<{tag}{said}>{content}</{tag}>" if content else f"<{tag}{said}/>")


def number(value: float) -> str:
    """A coordinate with one digit after the point, which is finer than anybody sees."""
    return f"{round(float(value), 1) + 0.0:.1f}".removesuffix(".0")


def _colours(scheme: int) -> str:
    hollow = f".hollow{{fill:{COLOURS['paper'][scheme]}}}"
    return "".join(chain((f".{name}{{color:{both[scheme]}}}" for name, both in COLOURS.items()), [hollow]))

"""Axes on a figure, and curves on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.figures.paper import Paper, Point

VISIBLE = 0.2  # pixels: a point nearer than this to the line between its neighbours is left out
Ticks = Sequence[float] | dict[float, str]


@dataclass(frozen=True)
class Axes:
    """A rectangle of a paper with its upper left corner at (left, top), over the numbers `x` and `y`, from and to."""

    paper: Paper
    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> Point:
        """Where a pair of numbers is on the paper."""
        across = (x - self.x[0]) / (self.x[1] - self.x[0])
        up = (y - self.y[0]) / (self.y[1] - self.y[0])
        return self.left + self.width * across, self.top + self.height * (1 - up)

    def frame(self, xs: Ticks = (), ys: Ticks = (), title: str = "", along: str = "", up: str = "") -> None:
        """A grid of faint lines with their numbers, a title above, and the names of the axes."""
        bottom, right = self.top + self.height, self.left + self.width
        for x, label in _labels(xs):
            place = self.at(x, self.y[0])[0]
            self.paper.path([(place, self.top), (place, bottom)], "faint thin")
            self.paper.words(place, bottom + 16, label, "soft small middle")
        for y, label in _labels(ys):
            place = self.at(self.x[0], y)[1]
            self.paper.path([(self.left, place), (right, place)], "faint thin")
            self.paper.words(self.left - 6, place + 4.5, label, "soft small end")
        if title:
            self.paper.words(self.left, self.top - 9, title, "ink strong")
        if along:
            self.paper.words(right, bottom + (33 if xs else 16), along, "soft small end")
        if up:
            self.paper.words(self.left, self.top - 9, up, "soft small")

    def axis(self, looks: str = "soft thin") -> None:
        """The lines on which x or y is 0."""
        if self.y[0] <= 0 <= self.y[1]:
            self.paper.path([self.at(self.x[0], 0), self.at(self.x[1], 0)], looks)
        if self.x[0] <= 0 <= self.x[1]:
            self.paper.path([self.at(0, self.y[0]), self.at(0, self.y[1])], looks)

    def curve(self, xs: np.ndarray, ys: np.ndarray, looks: str, jump: float = np.inf) -> None:
        """The line through these points, without what lies outside.

        It is broken where y is not finite, and where neighbours differ by more than `jump`.
        """
        inside = np.isfinite(ys) & (ys >= self.y[0]) & (ys <= self.y[1]) & (xs >= self.x[0]) & (xs <= self.x[1])
        breaks = np.flatnonzero(~inside[1:] | ~inside[:-1] | (np.abs(np.diff(np.where(inside, ys, 0.0))) > jump)) + 1
        for part in np.split(np.arange(len(xs)), breaks):
            if len(part) > 1:
                self.paper.path(thinned([self.at(x, y) for x, y in zip(xs[part], ys[part])]), looks)

    def steps(self, ys: np.ndarray, looks: str) -> None:
        """A value for each of 0, 1, 2, ..., as stairs."""
        xs = np.arange(len(ys))
        self.curve(np.repeat(xs, 2)[1:], np.repeat(ys, 2)[:-1], looks)

    def bar(self, x: float, y: float, looks: str, width: float = 0.64) -> None:
        """A bar from 0 to y, with its value."""
        (left, top), (right, bottom) = self.at(x - width / 2, max(y, 0.0)), self.at(x + width / 2, min(y, 0.0))
        self.paper.box(left, top, right - left, bottom - top, looks)
        text = f"{y:.3f}".replace("-", "−")
        self.paper.words((left + right) / 2, top - 5 if y >= 0 else bottom + 15, text, "ink small middle")

    def note(self, x: float, y: float, text: str, looks: str, dx: float = 0, dy: float = 0) -> None:
        """Words at a pair of numbers, moved by dx and dy pixels."""
        across, down = self.at(x, y)
        self.paper.words(across + dx, down + dy, text, looks)


def key(paper: Paper, x: float, y: float, entries: dict[str, str], apart: float) -> None:
    """A line that says what each kind of curve is: its looks -> words. They begin `apart` pixels from each other."""
    for k, (looks, text) in enumerate(entries.items()):
        left = x + apart * k
        paper.path([(left, y - 4.5), (left + 28, y - 4.5)], looks)
        paper.words(left + 36, y, text, "soft small")


def thinned(points: Sequence[Point]) -> list[Point]:
    """The points that are needed for the line to look the same (Douglas and Peucker 1973)."""
    if len(points) < 3:
        return list(points)
    line = np.array(points)
    start, way = line[0], line[-1] - line[0]
    away = line[1:-1] - start
    length = float(np.hypot(*way))
    distance = np.abs(way[0] * away[:, 1] - way[1] * away[:, 0]) / length if length else np.hypot(*away.T)
    if distance.max() < VISIBLE:
        return [points[0], points[-1]]
    middle = int(distance.argmax()) + 1
    return [*thinned(points[: middle + 1])[:-1], *thinned(points[middle:])]


def _labels(ticks: Ticks) -> list[tuple[float, str]]:
    return list(ticks.items()) if isinstance(ticks, dict) else [(tick, f"{tick:g}".replace("-", "−")) for tick in ticks]

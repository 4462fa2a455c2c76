"""Figures of the handouts: SVG drawn by code, with numbers that the reference computes.

paper     one figure: lines, boxes and words, in colours for light and dark pages
plot      axes, and curves on them
collect   an assignment's `figures/draw.py`, and the files that it draws
"""

from grader.figures.collect import FOLDER, draw_figures, figure_files, same_figure
from grader.figures.paper import Paper
from grader.figures.plot import Axes, key

__all__ = ["FOLDER", "Axes", "Paper", "draw_figures", "figure_files", "key", "same_figure"]

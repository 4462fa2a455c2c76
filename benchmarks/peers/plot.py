"""Draws how time grows, from results.json, in an environment of its own that has matplotlib.

python plot.py RESULTS.json FOLDER    writes FOLDER/growth-checks.svg, growth-parameters.svg, growth-submissions.svg
"""

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "growth"  # the same figures give the same file
import matplotlib.pyplot as plt  # noqa: E402

# Study -> title, and what is measured.
PLOTS = {
    "checks": ("N cheap checks, one submission, a cold command", "CPU s"),
    "parameters": ("Gradient check of a square Linear, batch of 8", "wall s in one process"),
    "submissions": ("Vectorised submissions, two at a time", "wall s"),
}
INSET = dict(color="0.6", linestyle=":", linewidth=1)


def draw(name: str, table: dict, path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6.4, 4.2), layout="constrained")
    sizes = list(map(float, table["heads"][1:-1]))
    for what, *cells, slope in table["rows"]:
        known = [(size, cell) for size, cell in zip(sizes, cells) if isinstance(cell, dict)]
        xs, ys = [x for x, _cell in known], [cell["median"] for _x, cell in known]
        spread = [
            [y - cell["min"] for y, (_x, cell) in zip(ys, known)],
            [cell["max"] - y for y, (_x, cell) in zip(ys, known)],
        ]
        wide = 2.2 if what.startswith(("grader", "ours")) else 1.2
        axes.errorbar(
            xs, ys, spread, label=f"{what} (slope {slope})", marker="o", markersize=3, linewidth=wide, capsize=2
        )
    title, measured = PLOTS[name]
    axes.set(xscale="log", yscale="log", xlabel=name, ylabel=measured, title=title)
    start = min(cell["median"] for row in table["rows"] for cell in row if isinstance(cell, dict))
    axes.plot(sizes, [start * size / sizes[0] for size in sizes], label="linear", **INSET)
    axes.legend(fontsize="small", frameon=False)
    axes.grid(alpha=0.25)
    figure.savefig(path, metadata={"Date": None})


def main(results: Path, folder: Path) -> None:
    tables = json.loads(results.read_text(encoding="utf-8"))["tables"]
    for name in PLOTS:
        if table := tables.get(f"growth, {name}"):
            draw(name, table, folder / f"growth-{name}.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

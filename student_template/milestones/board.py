"""What a milestone is shown on: text in a terminal, and pictures where matplotlib is installed.

A milestone imports this module first, as it makes `framework` importable from this folder.
"""

import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
SHORT = "--short" in sys.argv  # for trying out: everything that takes time is done for a short time
WIDTH, HEIGHT = 60, 8  # of a curve, in characters
BARS, BARS_ASCII = " ▁▂▃▄▅▆▇█", " ..::||##"
SHADES, SHADES_ASCII = " ░▒▓█", " .-+#"
SIGNED = "=-  +#"  # from the most negative number to the most positive one


def run(main: Callable[[], None]) -> None:
    """Run a milestone. If the framework lacks something that it needs, one sentence says what."""
    began = perf_counter()
    try:
        main()
    except NotImplementedError as error:
        sys.exit(f"{_where(error)} is not written yet, and this milestone needs it.")
    say(f"\nThat took {perf_counter() - began:.1f} s.")


def say(text: str = "") -> None:
    """Print at once, also where the encoding of the terminal lacks some of the characters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


def progress(epochs: int) -> Callable[[Any], None]:
    """For `after_epoch` of a Trainer: a line of about every tenth epoch, with what its History says of it."""

    def told(history: Any) -> None:
        epoch = len(history.train_loss)
        if epoch in (1, epochs) or epoch % max(1, epochs // 10) == 0:
            right = f"   new images told right {history.validation_metric[-1]:.1%}" if history.validation_metric else ""
            say(f"  epoch {epoch:3} of {epochs}   loss {history.train_loss[-1]:.4f}{right}")

    return told


def data(name: str) -> dict[str, np.ndarray]:
    """The arrays of an .npz file that some assignment came with."""
    with np.load(_file_of_data(name)) as arrays:
        return dict(arrays)


def text(name: str) -> str:
    """The text of a .txt file that some assignment came with."""
    return _file_of_data(name).read_text(encoding="utf-8")


def _file_of_data(name: str) -> Path:
    found = sorted((HERE.parent / "data").glob(f"*/{name}"))
    if not found:
        sys.exit(f"The folder data/ of this repository lacks {name}, which this milestone needs.")
    return found[0]


def curve(values: Sequence[float], low: float, high: float, below: str) -> None:
    """Print numbers between `low` and `high` as a curve, `below` it what runs to the right."""
    means = [float(np.mean(part)) for part in np.array_split(np.asarray(values, float), min(len(values), WIDTH))]
    wide = [mean for mean in means for _ in range(WIDTH // len(means))]
    eighths = [round(8 * HEIGHT * min(max((v - low) / (high - low), 0.0), 1.0)) for v in wide]
    bars = _these(BARS, BARS_ASCII)
    for row in reversed(range(HEIGHT)):
        label = f"{high:g}" if row == HEIGHT - 1 else f"{low:g}" if row == 0 else ""
        say(f"{label:>6} |" + "".join(bars[min(max(e - 8 * row, 0), 8)] for e in eighths))
    say(" " * 8 + below)


def picture(*arrays: np.ndarray) -> None:
    """Print arrays of two dimensions side by side: from 0 (empty) to 1 (full)."""
    shades = _these(SHADES, SHADES_ASCII)
    _print_cells([np.rint(np.clip(array, 0, 1) * (len(shades) - 1)).astype(int) for array in arrays], shades)


def signed_picture(*arrays: np.ndarray) -> None:
    """Print arrays of two dimensions side by side: = and - for negative numbers, + and # for positive ones."""
    places = (len(SIGNED) - 1) / 2
    scaled = [array / (np.abs(array).max() or 1.0) for array in arrays]
    _print_cells([np.rint(places + places * array).astype(int) for array in scaled], SIGNED)


def save_plot(name: str, draw: Callable[[Any], None]) -> None:
    """Let `draw(axes)` draw with matplotlib and save it beside the milestones; nothing where it is not installed."""
    try:
        from matplotlib.figure import Figure
    except ImportError:
        return
    figure = Figure(figsize=(7, 4), layout="constrained")
    draw(figure.subplots())
    figure.savefig(HERE / name, dpi=120)
    say(f"A picture of it: {HERE.name}/{name}")


def _print_cells(arrays: Sequence[np.ndarray], characters: str) -> None:
    """Each in a frame; a cell is two characters wide, which makes it about a square."""
    edge = "   " + "  ".join(f"+{'-' * (2 * array.shape[1])}+" for array in arrays)
    say(edge)
    for rows in zip(*arrays):
        say("   " + "  ".join(f"|{''.join(2 * characters[cell] for cell in row)}|" for row in rows))
    say(edge)


def _these(characters: str, plain: str) -> str:
    """The characters, or the plain ones where the terminal cannot show them."""
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return plain
    return characters


def _where(error: NotImplementedError) -> str:
    """What is not written: "nn.Linear.forward (framework/nn/linear.py)"."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    try:
        file = Path(frame.filename).resolve().relative_to(HERE.parent).as_posix()
    except ValueError:  # it is not a file of this repository
        file = frame.filename
    return f"{error} ({file})" if str(error) else f"{frame.name} ({file})"

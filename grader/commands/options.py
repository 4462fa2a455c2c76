"""Options that several verbs of the command line have, and the kinds of their values."""

from pathlib import Path
from typing import Any

import click

from grader.formats import FORMATS

ANY_PATH = click.Path(path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
EXISTING_FOLDER = click.Path(path_type=Path, file_okay=False, exists=True)
AUDIENCE = click.Choice(["instructor", "student"])
SEED = click.IntRange(0, 2**63 - 1)


class FormatAndPath(click.ParamType):
    """FORMAT=PATH, as in junit=report.xml."""

    name = "FORMAT=PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Split the value; click reports what is wrong with it."""
        form, sign, path = value.partition("=")
        if not sign or not path:
            self.fail(f"{value!r} is not of the form FORMAT=PATH, as in junit=report.xml", param, ctx)
        return click.Choice(FORMATS).convert(form, param, ctx), Path(path)


def separated(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """("01,02", "03") -> ("01", "02", "03")"""
    return tuple(number.strip() for value in values for number in value.split(","))


def laws(_context: click.Context, _option: click.Parameter, text: str) -> tuple[int, ...]:
    """ "1,2,5" -> (1, 2, 5)"""
    if not set(text.split(",")) <= set("12345678"):
        raise click.BadParameter("it should be some of 1 to 8 with commas between them, as in 1,2,5")
    return tuple(sorted({int(law) for law in text.split(",")}))


of_assignments = click.option(
    *("-a", "--assignment", "numbers"),
    multiple=True,
    metavar="NN",
    callback=separated,
    help="Only this assignment; several by commas (01,02), or by repeating it.",
)
in_format = click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
allow_unconfined = click.option(
    "--allow-unconfined", is_flag=True, help="Grade although student code cannot be confined on this machine."
)

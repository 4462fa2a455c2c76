"""Kinds of values that options of `grader cohort` have. The command line imports them, so they need little."""

import re
from datetime import datetime
from typing import Any

import click


class Moment(click.ParamType):
    """A time, as in 2026-03-06T20:00+01:00."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read it; click reports what is wrong with it."""
        from grader.gradescope.metadata import moment

        time = value if isinstance(value, datetime) else moment(value)
        return time or self.fail(f"{value!r} is no time; write it as 2026-03-06T20:00+01:00", param, ctx)


class ShardOf(click.ParamType):
    """i/n, as in 2/8."""

    name = "I/N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read it; click reports what is wrong with it."""
        if isinstance(value, tuple):
            return value
        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", value)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            self.fail(f"{value!r} is no part such as 2/8, the second of eight", param, ctx)
        return int(found[1]), int(found[2])

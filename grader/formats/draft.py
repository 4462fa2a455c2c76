"""An unfinished report as a plain list.

The results file is written again after every check, and rendering a whole page takes longer than a check. So text, html
and github are such a list until the grading ends. If the grader is killed, the list is what remains. The other formats
are quick enough to be rendered in full every time.
"""

from functools import lru_cache

from grader.formats.findings import VERDICT, plural
from grader.formats.student import clean, finding
from grader.result import CheckResult, Outcome, Report

UNFINISHED = "The grading has not ended, or was interrupted. This is what was found until then."
MAX_LINE = 1000  # characters of one check


def draft(report: Report) -> list[str]:
    """A heading, the notices, and a piece of text for every check that has ended."""
    results = report.all_results
    ended = [r for r in results if r.outcome is not Outcome.INTERNAL]
    notices = [clean(notice, MAX_LINE) for part in (report, *report.assignments) for notice in part.notices]
    points = f"{clean(report.submission, 200)}: {report.earned:g} of {report.points:g} points so far"
    heading = f"{points}, {len(ended)} of {plural(len(results), 'check')}"
    return [heading, UNFINISHED, *notices, *map(_line, ended)]


@lru_cache(maxsize=4096)
def _line(result: CheckResult) -> str:
    check = result.check
    told = f"{check.place}: {check.title}: {VERDICT[result.outcome]}, {result.earned:g} of {check.points:g}"
    why = finding(result).what if result.outcome is not Outcome.PASSED else ""
    return clean("\n    ".join(filter(None, (told, *why.splitlines()))), MAX_LINE)

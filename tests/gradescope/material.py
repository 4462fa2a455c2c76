"""submission_metadata.json as Gradescope writes it."""

from datetime import datetime, timedelta
from typing import Any

DUE = datetime.fromisoformat("2026-03-06T23:00:00.000000-08:00")


def stamp(time: datetime) -> str:
    return time.isoformat(timespec="microseconds")


def metadata(after_due: timedelta = timedelta(hours=-1), **changes: Any) -> dict[str, Any]:
    """A submission of one student, by default an hour before the due date, with nothing before it."""
    dates = {"release_date": stamp(DUE - timedelta(days=9)), "due_date": stamp(DUE), "late_due_date": None}
    return {
        "id": 123456,
        "created_at": stamp(DUE + after_due),
        "assignment_id": None,
        "assignment": {
            **dates,
            "id": 25828,
            "course_id": 1234,
            "title": "Scaling",
            "group_size": None,
            "group_submission": False,
            "total_points": "10.0",
            "outline": None,
        },
        "submission_method": "upload",
        "users": [{"id": 1, "email": "ada@example.edu", "name": "Ada", "sid": "", "sections": [], "assignment": dates}],
        "previous_submissions": [],
        **changes,
    }


def user(email: str, due: datetime | None) -> dict[str, Any]:
    return {
        "id": 2,
        "email": email,
        "name": email,
        "assignment": {"due_date": due and stamp(due), "late_due_date": None},
    }


def earlier(
    before_due: timedelta, score: float, results: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """An entry of previous_submissions; `results` stands in the latest only."""
    entry = {"id": 7, "submission_time": stamp(DUE - before_due), "score": score, "autograder_error": False}
    return entry | ({"results": results} if results is not None else {}) | changes

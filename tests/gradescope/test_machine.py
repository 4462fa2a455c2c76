"""Time and memory of a container: always inside what the platform gives."""

from dataclasses import replace

import pytest

from grader.gradescope.machine import DEFAULT_MEMORY, container_memory, fitted, times


@pytest.mark.parametrize("timeout", ["1", "10", "60", "600", "2400"])
def test_the_grader_ends_before_the_platform_ends_it(course, timeout):
    allowed = times({"TIMEOUT_SECONDS": timeout}, course.assignments)

    assert 0 < allowed.last_start <= allowed.end < float(timeout)


def test_with_ten_minutes_a_check_may_begin_for_more_than_nine(course):
    """30 s are the margin; a check of the tiny course has 1 s, and may be run twice."""
    assert times({"TIMEOUT_SECONDS": "600"}, course.assignments).last_start == 568


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "-5", "0", "1e9"])
def test_a_time_out_that_is_none_is_the_default(course, text):
    assert times({"TIMEOUT_SECONDS": text}, ()) == times({}, ()) == times({"TIMEOUT_SECONDS": "600"}, ())


@pytest.mark.parametrize(
    ("text", "megabytes"),
    [("805306368\n", 768), ("max\n", DEFAULT_MEMORY), ("9223372036854771712\n", DEFAULT_MEMORY), ("", DEFAULT_MEMORY)],
)
def test_the_memory_is_what_the_container_is_limited_to(tmp_path, text, megabytes):
    (tmp_path / "limit").write_text(text)

    assert container_memory((tmp_path / "none", tmp_path / "limit")) == megabytes


@pytest.mark.parametrize(("container", "worker"), [(768, 448), (4096, 1024), (300, 256)])
def test_a_worker_leaves_room_for_the_grader(course, tmp_path, container, worker):
    (tmp_path / "limit").write_text(str(container << 20))

    assert {a.memory for a in fitted(course, (tmp_path / "limit",)).assignments} == {worker}


def test_nothing_else_of_the_course_changes(course):
    changed = fitted(course, ())

    assert tuple(replace(a, memory=1024) for a in changed.assignments) == course.assignments

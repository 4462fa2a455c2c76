"""The report is written beside the checks: nothing is announced before it is written, and nothing is missing at the end."""

import threading
import time
from dataclasses import replace

import pytest

from grader.drafts import PATIENCE, Drafts
from grader.grading import nothing_yet
from grader.result import Check, CheckResult, Outcome


def results(number):
    return [CheckResult(Check(f"01/hidden/A/test_{i}", "01", "A", "t", 1.0, False), Outcome.PASSED, 1.0) for i in range(number)]


def report(number):
    """One that is told from others by its seed: it holds the results up to this number."""
    return replace(nothing_yet("alice"), seed=number)


def test_a_result_is_announced_only_after_a_report_with_it_was_written():
    written, early, heard = [0], [], []

    def announce(result):
        number = int(result.check.id.rpartition("_")[2])
        heard.append(number)
        early.extend([number] if number >= max(written) else [])

    with Drafts(lambda r: written.append(r.seed), announce) as drafts:
        for i, result in enumerate(results(300)):
            drafts.keep(report(i + 1))
            drafts.heard(result)
            time.sleep(1e-5)

    assert not early
    assert heard == list(range(300))
    assert written[-1] == 300
    assert written == sorted(written)


def test_reports_that_come_faster_than_they_are_written_replace_each_other():
    written = []

    def slowly(draft):
        written.append(draft.seed)
        time.sleep(0.01)

    with Drafts(slowly, lambda _result: None) as drafts:
        began = time.monotonic()
        for i in range(100):
            drafts.keep(report(i))
            time.sleep(0.002)
        passed = time.monotonic() - began

    assert len(written) <= 2 + passed / (0.01 * (1 + PATIENCE))
    assert written[-1] == 99


def test_nobody_waits_for_a_draft():
    free = threading.Event()

    with Drafts(lambda _report: free.wait(10), lambda _result: None) as drafts:
        began = time.monotonic()
        for i in range(100):
            drafts.keep(report(i))
        passed = time.monotonic() - began
        free.set()

    assert passed < 5  # and not the 10 s that the first draft would take


def test_without_reports_results_are_announced_all_the_same():
    heard = []

    with Drafts(lambda _report: pytest.fail("there is none"), heard.append) as drafts:
        for result in results(5):
            drafts.heard(result)

    assert heard == results(5)


def test_what_goes_wrong_while_writing_is_told_at_the_end():
    with pytest.raises(ZeroDivisionError), Drafts(lambda _report: 1 / 0, lambda _result: None) as drafts:
        drafts.keep(report(1))


def test_what_goes_wrong_in_the_grading_is_told_rather_than_what_did_while_writing():
    def graded():
        with Drafts(lambda _report: 1 / 0, lambda _result: None) as drafts:
            drafts.keep(report(1))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graded()

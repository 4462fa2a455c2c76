"""results.json under a policy: the score that counts, and not a word about what is not shown yet."""

from dataclasses import replace
from datetime import timedelta

import pytest

from grader.formats.gradescope import validate
from grader.gradescope.metadata import Metadata, understand
from grader.gradescope.preview import PHASES, seen
from grader.gradescope.results import composed, counted, refused
from grader.policy import Early, Late, Points, Policy, Submissions
from grader.result import AssignmentReport, Check, CheckResult, Outcome, Report, Visibility, nothing_yet
from tests.gradescope.material import earlier, metadata

HOUR = timedelta(hours=1)
NOTHING = Metadata()


def result(name: str, earned: float, points: float = 2, public: bool = False, **changes) -> CheckResult:
    check = Check(
        f"01/{'public' if public else 'hidden'}/Linear/{name}",
        "01",
        "Linear",
        f"{name} holds.",
        points,
        public,
        **changes,
    )
    outcome = Outcome.PASSED if earned == points else Outcome.FAILED
    return CheckResult(check, outcome, earned, "" if outcome is Outcome.PASSED else "The values are wrong.")


def report(*results: CheckResult) -> Report:
    return Report("alice", 7, (AssignmentReport("01", "Modules", sum(r.check.points for r in results), results),))


WORK = report(result("test_a", 2, public=True), result("test_b", 2), result("test_c", 0, 4))


def made(policy: Policy = Policy(), known: Metadata = NOTHING, work: Report = WORK, finished: bool = True):  # noqa: B008
    data = composed(work, policy, known, finished)
    validate(data)
    return data


def test_without_a_policy_the_score_is_the_sum_and_nothing_is_said():
    data = made()

    assert data["score"] == 4
    assert data["output"].splitlines()[0] == "4 of 8 points"
    assert "Score" not in data["output"]
    assert data["extra_data"]["finished"] is True


@pytest.mark.parametrize(("until", "shown"), [(1, True), (3, True), (4, False)])
def test_hidden_checks_are_shown_after_so_many_graded_submissions(until, shown):
    known = understand(metadata(-HOUR, previous_submissions=[earlier(3 * HOUR, 1), earlier(2 * HOUR, 1)]))
    data = made(Policy(hidden_checks="hidden", hidden_until=until), known)

    assert [test["visibility"] for test in data["tests"]] == ["visible", *["visible" if shown else "hidden"] * 2]


def test_an_earlier_score_with_a_bonus_counts_as_it_was():
    known = understand(metadata(-HOUR, previous_submissions=[earlier(48 * HOUR, 8.4)]))
    best = Policy(early=Early(24, 0.05), submissions=Submissions(keep="best"))

    assert made(best, known)["score"] == 8.4


def test_lateness_is_taken_off_and_explained():
    data = made(Policy(late=Late(penalty=0.1)), understand(metadata(25 * HOUR)))

    assert data["score"] == pytest.approx(3.2)
    assert (
        "It was submitted 1 d 1 h after the due date: 20 % of the points that it earned is taken off." in data["output"]
    )
    assert "Score: 3.2 of 8 points." in data["output"]


def test_the_score_of_a_stored_file_is_the_same_without_running_anything():
    policy, known = Policy(late=Late(penalty=0.1), points=Points(drop_lowest=1)), understand(metadata(25 * HOUR))

    data = made(policy, known)

    assert counted(data, policy, known).points == data["score"]
    assert counted(data, Policy(), known).points == 4


# The best counts


BEST = Policy(submissions=Submissions(keep="best"))


@pytest.mark.parametrize(("before", "counts"), [(3, 4), (4, 4), (6.5, 6.5), (1e9, 8), (-5, 4)])
def test_the_best_submission_counts_and_never_more_than_the_maximum(before, counts):
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, before), earlier(2 * HOUR, 1.0)]))

    assert made(BEST, known)["score"] == counts
    assert made(Policy(), known)["score"] == 4


def test_with_extra_credit_the_best_submission_counts_as_far_as_a_score_can_go():
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, 99)]))
    extra = replace(BEST, points=Points(extra_credit=("*/test_c",), at_most=1.25))

    assert made(extra, known)["score"] == 5  # 4 points are the maximum


def test_an_interrupted_grading_keeps_the_best_too():
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, 6)]))
    nothing_found = Report("alice", 7, (AssignmentReport("01", "Modules", 8, ()),))

    data = made(BEST, known, nothing_found, finished=False)

    assert data["score"] == 6
    assert "no less than that of your submission of 2026-03-06 20:00" in data["output"]
    assert data["extra_data"]["finished"] is False


# A failure of the grader costs nothing


KNOWN = understand(metadata(previous_submissions=[earlier(4 * HOUR, 70), earlier(3 * HOUR, 50)]))
BEGUN = Report("alice", 7, (AssignmentReport("01", "Modules", 8, ()),))


@pytest.mark.parametrize(("policy", "stands"), [(Policy(), 50), (BEST, 70)], ids=["latest", "best"])
@pytest.mark.parametrize("work", [nothing_yet("alice"), BEGUN, WORK], ids=["nothing", "begun", "some"])
def test_as_long_as_a_submission_is_not_graded_the_earlier_score_stands(policy, stands, work):
    data = made(policy, KNOWN, work, finished=False)

    assert data["score"] == stands
    assert "your score is no less than that of your submission of 2026-03-06 " in data["output"]
    assert "better" not in data["output"]  # nobody knows yet which of them is


def test_a_submission_that_is_graded_and_worse_is_told_that_the_earlier_one_counts():
    assert "submission of yours, of 2026-03-06 19:00, was better and counts" in made(BEST, KNOWN)["output"]


def test_what_was_found_before_the_grader_failed_counts_if_it_is_more():
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, 3)]))

    assert made(Policy(), known, finished=False)["score"] == 4


def test_a_graded_submission_counts_for_itself():
    data = made(Policy(), KNOWN)

    assert data["score"] == 4
    assert "earlier" not in data["output"]
    assert "your submission of" not in data["output"]


def test_an_absurd_earlier_score_breaks_no_results():
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, 1e300)]))

    assert made(Policy(), known, nothing_yet("alice"), finished=False)["score"] == 1_000_000


@pytest.mark.parametrize("when", ["after_due_date", "after_published", "hidden"])
def test_an_earlier_score_of_checks_that_are_not_shown_is_not_shown_either(when):
    shown_later = (
        made(Policy(hidden_checks=when), finished=True)
        if when != "hidden"
        else made(work=report(result("test_a", 2, visibility=Visibility.HIDDEN)))
    )
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, 50, shown_later)]))

    data = made(Policy(), known, nothing_yet("alice"), finished=False)

    assert data["score"] == 50
    assert [t["visibility"] for t in data["tests"]] == [when]
    assert seen(data, "before").score is None
    assert "50" not in data["output"]


def test_an_earlier_score_of_checks_that_are_shown_is_shown():
    known = understand(metadata(previous_submissions=[earlier(3 * HOUR, 50, made())]))

    data = made(Policy(), known, nothing_yet("alice"), finished=False)

    assert (data["tests"], seen(data, "before").score) == ([], 50)


# What is shown, and when


def test_hidden_checks_are_shown_when_the_policy_says_unless_their_author_did():
    work = report(
        result("test_a", 2, public=True), result("test_b", 2), result("test_c", 0, visibility=Visibility.AFTER_DUE_DATE)
    )

    data = made(Policy(hidden_checks="after_published"), work=work)

    assert [t["visibility"] for t in data["tests"]] == ["visible", "after_published", "after_due_date"]


def test_nothing_that_is_shown_tells_of_checks_that_are_not():
    """Whatever the hidden checks find, the text is the same."""
    policy = Policy(
        Late(penalty=0.1), {}, Submissions(keep="best"), Points(all_or_nothing=("01/hidden/*",)), "after_published"
    )
    known = understand(metadata(HOUR, previous_submissions=[earlier(3 * HOUR, 3.9)]))
    texts = {
        made(policy, known, report(result("test_a", 2, public=True), result("test_b", b), result("test_c", c)))[
            "output"
        ]
        for b in (0, 1, 2)
        for c in (0, 2)
    }

    assert texts == {
        "Some checks, and with them the score, are shown once the grades are published.\n"
        "01 Modules: 2 of 2 in the checks that are shown at once\n"
        "2 of the checks are hidden: they look at the same behaviour with other inputs.\n"
        "It was submitted 1 h after the due date: 10 % of the points that it earned is taken off."
    }


HIDDEN_BEST = replace(BEST, hidden_checks="after_published")


def test_a_worse_attempt_is_told_that_an_earlier_one_counts_when_all_checks_are_shown():
    data = made(HIDDEN_BEST, KNOWN)

    assert data["score"] == 8
    before, published = seen(data, "before"), seen(data, "published")
    assert "earlier" not in before.output
    assert (before.score, len(before.tests)) == (None, 1)
    assert published.score == 8
    assert published.tests[-1]["name"] == "How the score comes about"
    assert published.tests[-1]["output"] == (
        "An earlier submission of yours, of 2026-03-06 19:00, was better and counts:"
        " it earned 70 points, of which no more than 8 count."
        " The tests that are listed are those of this one, which earned 4."
    )
    assert counted(data, HIDDEN_BEST, KNOWN).points == 4  # that test is none


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("hidden", "Some checks are not shown to you, and so no score either."),
        ("after_published", "Some checks, and with them the score, are shown once the grades are published."),
        ("after_due_date", "Some checks, and with them the score, are shown once the due date is over."),
    ],
)
@pytest.mark.parametrize("phase", PHASES)
def test_what_stands_above_the_tests_is_true_in_every_phase(when, said, phase):
    view = seen(made(Policy(hidden_checks=when)), phase)

    assert view.output.splitlines()[0] == said
    assert not any(word in view.output for word in ("later", " now"))


def test_the_strictest_of_several_checks_says_when_the_score_is_shown():
    work = report(result("a", 2), result("b", 2, visibility=Visibility.AFTER_PUBLISHED))

    assert "once the grades are published" in made(Policy(hidden_checks="after_due_date"), work=work)["output"]


def test_a_score_says_how_it_comes_from_the_tests_that_stand_there():
    extra = Policy(points=Points(extra_credit=("*/test_c",), at_most=1.25, drop_lowest=1))
    work = report(result("test_a", 2), result("test_b", 0), result("test_c", 4, 4))

    data = made(extra, work=work)

    assert data["score"] == 5
    assert data["output"].splitlines()[-4:] == [
        "Left out: 01/hidden/Linear/test_b (0 of 2). The others earned 2 of 2 points, which counts as 4 of 4.",
        "Extra credit: 4 points.",
        "Together 8 points, of which no more than 5 count.",
        "Score: 5 of 4 points.",
    ]


def test_a_grading_that_the_time_cut_short_says_so_at_the_top():
    notice = "The time for the whole grading was used up: 2 checks were not run, and 4 points not earned."

    assert made(work=replace(WORK, notices=(notice,)))["output"].splitlines()[:2] == ["4 of 8 points", f"  {notice}"]


# Limits


def known_with(previous, count=1):
    before = [earlier(timedelta(hours=3 + n), 4) for n in range(count - 1, 0, -1)]
    return understand(metadata(previous_submissions=[*before, earlier(2 * HOUR, 4, previous)]))


LIMITED = Policy(submissions=Submissions(per_day=1))


def test_a_submission_over_the_limit_keeps_the_last_results_and_says_why():
    previous = made()

    data = refused(LIMITED, known_with(previous))

    assert (data["score"], data["tests"]) == (previous["score"], previous["tests"])
    assert data["output"].startswith("This submission was not graded: 1 submission may be graded in 24 hours")
    assert data["output"].endswith("\n\n" + previous["output"])
    validate(data)


def test_refused_again_it_says_so_once_and_the_refused_do_not_count():
    once = refused(LIMITED, known_with(made()))
    twice = refused(LIMITED, replace(known_with(once), created_at=known_with(once).created_at + HOUR))

    assert twice["output"].count("This submission was not graded") == 1
    assert len(twice["extra_data"]["refused"]) == len(once["extra_data"]["refused"]) + 1


MORE = replace(LIMITED, points=Points(extra_credit=("*/test_c",), at_most=1.5))
SCORES = (5.5, 1, 4)


def limited(policy, scores=SCORES, keep="best", **of_last):
    """A refused submission after three that were graded when only the latest counted."""
    last = made(replace(MORE, hidden_checks=policy.hidden_checks), **of_last)
    before = [earlier(timedelta(hours=4 - n), score) for n, score in enumerate(scores)]
    before[-1]["results"] = last | {"score": scores[-1]}
    known = understand(metadata(previous_submissions=before))
    return refused(replace(policy, submissions=Submissions(per_day=1, keep=keep)), known)


@pytest.mark.parametrize(("keep", "score"), [("best", 5.5), ("latest", 4)])
def test_over_the_limit_the_best_counts_whatever_the_last_results_say(keep, score):
    data = limited(MORE, keep=keep)

    assert data["score"] == score
    assert (
        "of 2026-03-06 19:00, was better and counts: it earned 5.5 points."
        " The tests that are listed are those of the last one that was graded." in data["output"]
    ) == (keep == "best")
    validate(data)


def test_over_the_limit_the_best_counts_as_far_as_a_score_can_go():
    assert limited(MORE, (110, 50, 4))["score"] == 6  # 1.5 times the maximum
    assert "it earned 110 points, of which no more than 6 count" in limited(MORE, (110, 50, 4))["output"]
    assert "counts" not in limited(MORE, (1, 2, 4))["output"]


def test_over_the_limit_nothing_that_is_shown_tells_of_the_best():
    data = limited(replace(MORE, hidden_checks="after_published"))

    assert data["score"] == 5.5
    assert "better" not in data["output"]
    assert [t["output"] for t in seen(data, "published").tests if "better and counts" in t["output"]]
    assert not [t for t in seen(data, "after").tests if "better" in t["output"]]


def test_within_the_limit_it_is_graded():
    assert refused(Policy(submissions=Submissions(per_day=2)), known_with(made())) is None
    assert refused(Policy(), known_with(made(), 50)) is None


@pytest.mark.parametrize("previous", [None, {}, {"score": float("nan"), "tests": []}, {"score": 3, "tests": "x"}])
def test_if_there_is_nothing_valid_to_keep_it_is_graded(previous):
    assert refused(LIMITED, known_with(previous)) is None


def test_without_a_time_of_submission_it_is_graded():
    assert refused(LIMITED, replace(known_with(made()), created_at=None)) is None

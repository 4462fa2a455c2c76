"""Progress says how many are graded, how long the others will take, and whom the grader is at."""

from grader.commands.cohort.crew import Crew
from grader.commands.cohort.pace import Pace
from grader.commands.cohort.share import Share, Task
from tests.cohort.conftest import TINY


def test_the_line_of_progress():
    now, said = [0.0], []
    pace = Pace(4, said.append, lambda: now[0])

    pace.begin("ada")
    pace.begin("bob")
    now[0] = 50.0
    pace.end("bob")
    pace.begin("eve")
    now[0] = 60.0
    pace.end("ada")
    now[0] = 9000.0
    pace.end("eve")

    assert said == [
        "graded: 0 of 4; now: ada",
        "graded: 0 of 4; now: ada, bob",
        "graded: 1 of 4, about 2 min left; now: ada",
        "graded: 1 of 4, about 2 min left; now: ada, eve",
        "graded: 2 of 4, about 1 min left; now: eve",
        "graded: 3 of 4, about 50 min left",
    ]
    pace.end("zoe")
    assert said[-1] == "graded: 4 of 4"


def test_seconds_and_hours_are_told_in_their_own_words():
    now, said = [0.0], []
    pace = Pace(100, said.append, lambda: now[0])

    now[0] = 0.5
    pace.end("ada")
    now[0] = 200.0
    pace.end("bob")

    assert said == ["graded: 1 of 100, about 50 s left", "graded: 2 of 100, about 2 h 43 min left"]


def test_the_crew_says_whom_it_begins(submissions, tmp_path):
    crew, said = Crew(TINY, Share(("02",)), 1), []

    crew.work(
        [Task(name, str(submissions / name)) for name in ("ada", "bob")],
        lambda name, _answer: said.append(f"end {name}"),
        lambda name: said.append(f"begin {name}"),
    )

    assert said == ["begin ada", "end ada", "begin bob", "end bob"]

"""policy.toml: what is missing has a default that takes nothing away, and what is wrong is named."""

import re
from pathlib import Path

import pytest

from grader.policy import Policy, PolicyError, read_policy

FULL = """
[late]
grace_minutes = 15
penalty = 0.1
per = "hour"
form = "linear"
most = 0.5
of = "maximum"

[extensions]
"Ada@Example.edu" = 48

[submissions]
per_day = 5
total = 30
keep = "best"

[points]
all_or_nothing = ["03/hidden/*"]
drop_lowest = 1
extra_credit = ["*/Bonus/*"]
at_most = 1.1

[show]
hidden_checks = "after_published"
"""


@pytest.fixture
def read(tmp_path):
    def read(text: str) -> Policy:
        (tmp_path / "policy.toml").write_text(text)
        return read_policy(tmp_path / "policy.toml")

    return read


def test_an_empty_file_changes_nothing(read):
    assert read("") == Policy()


def test_every_key_is_read(read):
    policy = read(FULL)

    assert (policy.late.grace_minutes, policy.late.penalty, policy.late.per) == (15, 0.1, "hour")
    assert (policy.late.form, policy.late.most, policy.late.of) == ("linear", 0.5, "maximum")
    assert policy.extensions == {"ada@example.edu": 48}
    assert (policy.submissions.per_day, policy.submissions.total, policy.submissions.keep) == (5, 30, "best")
    assert policy.points.all_or_nothing == ("03/hidden/*",)
    assert (policy.points.drop_lowest, policy.points.extra_credit, policy.points.at_most) == (1, ("*/Bonus/*",), 1.1)
    assert policy.hidden_checks == "after_published"


def test_the_example_of_the_documentation_is_a_policy(read):
    page = (Path(__file__).parents[2] / "grader/release/GRADESCOPE.md").read_text()

    [example] = re.findall(r"```toml\n(.*?)```", page, re.S)

    assert read(example).late.penalty == 0.1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[late]\npenalty = 10", "late.penalty: 10 is greater than the maximum"),
        ("[late]\npenalty = -0.1", "late.penalty"),
        ("[late]\npenalty = nan", "every number has to be finite"),
        ("[late]\nper = 'week'", "late.per: 'week' is not one of"),
        ("[late]\npenality = 0.1", "late: there is no key 'penality'; is 'penalty' meant?"),
        ("late = 1", "late: 1 is not of type 'object'"),
        ("[submissions]\nper_day = 0", "submissions.per_day"),
        ("[submissions]\nper_day = 1.5", "submissions.per_day"),
        ("[points]\nat_most = 0.9", "points.at_most"),
        ("[points]\nextra_credit = '*'", "points.extra_credit"),
        ("[show]\nhidden_checks = 'never'", "show.hidden_checks"),
        ("[extensions]\n'a@x' = '2 days'", "extensions.a@x"),
        ("[late", "policy.toml: "),
    ],
)
def test_what_is_wrong_is_named(read, text, said):
    with pytest.raises(PolicyError) as caught:
        read(text)

    assert "policy.toml" in str(caught.value)
    assert said in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PolicyError, match=r"nowhere\.toml cannot be read: No such file"):
        read_policy(tmp_path / "nowhere.toml")

"""What a misconception costs is told, and how much of a component is fine print."""

from grader.audit.proportion import costs, fine_shares
from grader.audit.table import to_markdown

BANK = "assignments/01_scaling/misconceptions/layers.py"


def test_a_misconception_costs_a_share_of_the_points_of_its_component(examine):
    audited = examine(3)

    found = [
        (cost.entry.name, cost.component, round(cost.share, 3))
        for cost in costs(audited.trials["01"], audited.checks["01"])
    ]

    assert found == [
        ("layers.the_amount_is_taken_away", "Shift", 1.0),
        ("layers.the_factor_is_added", "Scale", 0.667),
        ("layers.the_gradient_passes", "Scale", 0.333),
    ]


def test_the_table_has_a_row_for_each(examine, course):
    assert "| 67% | Scale | layers.the_factor_is_added |\n" in to_markdown(course.assignments[:1], examine(3))


def test_the_command_prints_the_worst_first_and_the_fine_print(run, sound_root, change):
    change("assignments/01_scaling/test_hidden.py", "import hide_errors,", "import fine, hide_errors,")
    change("assignments/01_scaling/test_hidden.py", "    @hide", "    @fine\n    @hide")

    _, output, _ = run("audit", "-a", "01", "--laws", "3", "--jobs", "1", "--no-cache", course=sound_root)

    assert "01  points of its component that a misconception costs:\n" in output
    assert "\n      100%  Shift  layers.the_amount_is_taken_away\n       67%" in output
    assert "01  points of a component for fine print: Scale 33%\n" in output


def test_a_component_without_fine_print_has_none_of_it(examine):
    assert fine_shares(examine(7).checks["01"]) == {"Scale": 0, "Shift": 0}

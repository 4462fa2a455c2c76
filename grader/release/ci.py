"""Files that let a CI system grade submissions: a workflow and an action for GitHub, a template for GitLab."""

from pathlib import Path

FILES = Path(__file__).with_name("ci_files")
TARGETS = {
    "github": {
        "github_workflow.yml": ".github/workflows/grade.yml",
        "github_action.yml": ".github/actions/grade/action.yml",
    },
    "gitlab": {"gitlab.yml": ".gitlab/grade.yml"},
}


def ci_files(system: str) -> dict[str, str]:
    """The files for a CI system: path in the repository -> text."""
    return {target: (FILES / name).read_text(encoding="utf-8") for name, target in TARGETS[system].items()}

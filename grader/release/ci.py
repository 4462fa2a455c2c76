"""Files that let a CI system grade submissions: workflows and an action for GitHub, a template for GitLab."""

from pathlib import Path

FILES = Path(__file__).with_name("ci_files")
TARGETS = {
    "github": {
        "github_workflow.yml": ".github/workflows/grade.yml",
        "github_class.yml": ".github/workflows/grade_class.yml",
        "github_action.yml": ".github/actions/grade/action.yml",
        "class_list.py": ".github/actions/grade/class_list.py",
    },
    "gitlab": {"gitlab.yml": ".gitlab/grade.yml", "class_list.py": ".gitlab/class_list.py"},
}


def ci_files(system: str) -> dict[str, str]:
    """The files for a CI system: path in the repository -> text."""
    return {target: (FILES / name).read_text(encoding="utf-8") for name, target in TARGETS[system].items()}

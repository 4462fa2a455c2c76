"""The folder that Gradescope calls /autograder: what it gives, and where results go."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.gradescope.metadata import Metadata, read_metadata
from grader.policy import Policy, read_policy

NAME = "submission"  # as Gradescope calls the folder, whoever it is of


@dataclass(frozen=True)
class Place:
    """The folder /autograder and the files in it."""

    home: Path

    @property
    def submission(self) -> Path:
        return self.home / "submission"

    @property
    def results(self) -> Path:
        return self.home / "results/results.json"

    @property
    def assignments(self) -> Path:
        return self.home / "source/assignments.txt"

    def numbers(self) -> tuple[str, ...]:
        """The numbers of the assignments that are graded here.

        Raises:
            OSError: if the file that lists them cannot be read.
        """
        return tuple(self.assignments.read_text(encoding="utf-8").split())

    def policy(self) -> Policy:
        return read_policy(self.home / "source/policy.toml")

    def metadata(self) -> Metadata:
        return read_metadata(self.home / "submission_metadata.json")

    def close(self) -> None:
        """Let only root read the course and the metadata. The metadata have earlier results of hidden checks."""
        for path, mode in (
            ("source", 0o700),
            ("submission_metadata.json", 0o600),
            ("results", 0o700),
            ("submission", 0o700),
        ):
            with suppress(OSError):
                os.chmod(self.home / path, mode)

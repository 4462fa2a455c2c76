"""`grader release ci`: files for a CI system, written into a repository."""

from pathlib import Path

import click

from grader.commands.output import refuse, show, write_atomically
from grader.release.ci import ci_files


def ci_command(system: str, folder: Path) -> None:
    """Write the files for a CI system. A file that somebody has changed is not replaced."""
    files = {folder / path: text for path, text in ci_files(system).items()}
    for path, text in files.items():
        if path.exists() and path.read_bytes() != text.encode():
            raise click.ClickException(f"{path} is there already, with other contents; move it away first")
    for path, text in files.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            refuse(path, error.strerror)
        write_atomically(path, text)
        show(f"wrote {path}\n")

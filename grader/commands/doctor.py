"""`grader doctor`: tries out how well this machine confines student code."""

import sys

from grader.commands.output import show
from grader.commands.running import workers
from grader.isolation.probing import probe


def doctor_command() -> None:
    """Say which layers around student code hold on this machine. Exits with 1 if too few do."""
    with workers() as sandbox:
        findings = probe.examine(sandbox)
        shared = probe.shared_import(sandbox)
    missing = probe.shortfall(findings)
    width = max(len(finding.name) for finding in findings)
    lines = [f"{f.name:<{width}}  {'holds' if f.holds else 'MISSING':<7}  {f.sentence}" for f in (*findings, shared)]
    show("\n".join([*lines, "", missing or "Hidden checks can be run on this machine."]) + "\n")
    if missing:
        sys.exit(1)

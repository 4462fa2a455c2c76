"""The attacked course and the hostile files are no tests of ours; the plan of what runs when stands in `harness`."""

collect_ignore = ["course"]

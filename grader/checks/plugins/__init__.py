"""The plugins of a session of pytest over checks. Each has one task, and all share one `State`.

`Collection` turns tests into checks. `Loop` runs them, for one submission after another. `Phases` notes in a `Run` what
happens while a check runs. `Fixtures` are what checks are given. `Grader` is no plugin: it runs one check, again where
that is needed, and says how it ended. `Integrated` runs a check on all that a student wrote.
"""

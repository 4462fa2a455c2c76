"""What stands beside the figures: how to read them, and why the curves have the slopes that they have."""

HOW_TO_READ = """The 30 checks mean the same for every grader. Gradients: the other graders take central differences of
every coordinate, as courses do. Ours compares with the reference's gradients for a random upstream gradient. Only if
they differ, it takes differences in random directions. "all right": every verdict equals the oracle's, run for run. A
figure is a median, with its smallest and largest run in parentheses. "CPU" is of the whole tree of processes. Memory:
"RSS sum" counts a page that processes share once in each of them, "PSS sum" counts it once in all. It is looked at
every 20 ms. Compare only within one table: graders take turns (A B C A B C), as machines drift."""

WHY = {
    "growth": (
        "![checks](growth-checks.svg) ![parameters](growth-parameters.svg) ![submissions](growth-submissions.svg)",
        "*Checks.* Ours is linear from some hundred checks on. Each check costs a fork, a part of an import of the"
        " package (as root, thirty-two share one), a round trip or two, and pytest's protocol. Below that the start of"
        " two interpreters dominates. gradescope-utils and pytest run a check as a function call. check50 executes its"
        " module of checks anew for every check, which is quadratic. otter and nbgrader start a notebook kernel.",
        "*Parameters.* Central differences of every coordinate take two forward passes for each parameter. That is"
        " linear while a pass costs no more than its calls, and quadratic when it grows with the parameters, too."
        " Comparison with the reference takes one backward pass on each side; random directions take a fixed number of"
        " forward passes. Both are flat while calls cost most, then linear.",
        "*Submissions.* All are linear. The slope is below 1 where the first ones pay for the start. In one process"
        " ours pays for the start of interpreter, pytest and fork server once.",
    ),
}

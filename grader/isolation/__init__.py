"""The trust boundary: student code computes in another process, and only numbers cross.

    trusted process                                   worker (one per check, forked and sealed)
    pytest, hidden tests, reference   -- requests ->  the student's package, numpy, nothing else
    comparison, score                 <- plain data - no file, no network, no other process, no secret in memory

Five rooms say on which side a file runs. Imports run from a later one to an earlier one, and never between `inside` and
`outside`:

wire      what crosses; both sides import it
walls     what confines a process; the fork server applies it, the trusted process chooses it
inside    runs in the fork server, in importers and in workers, so together with student code
outside   runs in the trusted process
probing   finds out which walls hold on this machine

What holds everywhere: another process, the format, a clean environment, closed descriptors, deadlines kept by the
trusted clock. What holds on Linux, as far as `probing` finds it: memory and descriptors are limited; no file, socket,
process or program can be had, and nobody else be signalled, each stopped by at least two of the filter, Landlock, the
limits and the own user; what a worker leaves behind ends with it. Nothing that a worker says is taken for a verdict, a
count or a time. Not stopped: a hole in the kernel itself, and whatever a submission does with the time, the memory and
the inputs that it is given.
"""

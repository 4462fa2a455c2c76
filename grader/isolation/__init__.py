"""The trust boundary: student code runs in another process, and only data crosses.

    trusted process                                   worker (one for each check, forked and sealed)
    pytest, hidden checks, reference  -- requests ->  the student's package, numpy, nothing else
    comparison, score                 <- plain data - no file, no network, no other process, no secret in memory

Five rooms say on which side a file runs. A room imports only from earlier ones, and never between `inside` and
`outside`:

wire      what crosses; both sides import it
walls     what confines a process; the trusted process chooses it, the fork server applies it
inside    runs in the fork server, in importers and in workers, so together with student code
outside   runs in the trusted process
probing   finds out which walls hold on this machine

Some protection holds on every system: another process, the data format, a clean environment, closed descriptors, and
time limits kept by a clock in the trusted process.

On Linux there is more, as far as `probing` finds it to hold. Memory and descriptors are limited. A worker can get no
file, socket, process or program, and can signal nobody else. At least two layers stop each of these: the filter,
Landlock, the limits, and a user of its own. What a worker leaves behind ends with it.

Nothing that a worker says is taken for a verdict, a count or a time. Two things are not stopped: a hole in the kernel
itself, and whatever a submission does with the time, the memory and the inputs that it is given.
"""

"""The trust boundary: student code computes in another process, and only numbers cross.

    trusted process                                   worker (one per check, forked and sealed)
    pytest, hidden tests, reference   -- requests ->  the student's package, numpy, nothing else
    comparison, score                 <- plain data - no file, no network, no other process, no secret in memory

Modules, from the ground up:
frames    a JSON header and a body of raw bytes, with their lengths before them
wire      values as nodes of the header and buffers in the body; nothing in it can execute code
rows      a call as a part of the header
package   turns source text into the importable package `framework` inside a worker, file by file
worker    the loop in the student's process: decode a request, do it, encode the result
kernel    the kernel's doors that Python has no function for
syscalls  what a sealed worker may ask of the kernel
seccomp   the system call filter made of it
landlock  an independent wall against files, TCP and signals
identity  a user that nobody else is, without privileges
limits    memory, threads, files and descriptors of a worker
seal      the layers above and their order
mother    a worker that imports the package once, then forks others that all begin there, and ends
preload   what a student's code can import
rehearsal what every worker would else do on first use, done once
family    who lives, of which user, and how everything that is left behind is ended
zygote    a fresh interpreter that has imported all that, never saw a secret, and forks and ends workers on demand
faults    what can go wrong with a worker, as exceptions of the trusted process
control   the connection to the zygote
processor how long a process had the processor, and waited for it
clock     what a worker has used of its time, and what all checks of an assignment may use together
process   one worker as the trusted side sees it: what is asked of it, in what time, and how it ends
launch    starts the interpreter that becomes the zygote
sandbox   the trusted end: has the zygote fork and end workers
brood     the trusted end of `mother`: workers for several checks from one import
remote    remote objects, which make tests read like ordinary NumPy code
probe     finds out which layers hold on this machine, by trying what `attempts` contains

What holds everywhere: another process, the format, a clean environment, closed descriptors, deadlines kept by the
trusted clock. What holds on Linux, as far as `probe` finds it: memory and descriptors are limited; no file, socket,
process or program can be had, and nobody else be signalled, each stopped by at least two of the filter, Landlock, the
limits and the own user; what a worker leaves behind ends with it. Nothing that a worker says is taken for a verdict, a
count or a time. Not stopped: a hole in the kernel itself, and whatever a submission does with the time, the memory and
the inputs that it is given.
"""

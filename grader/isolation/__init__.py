"""The trust boundary: student code computes in another process, and only numbers cross.

    trusted process                                   worker (one per check, forked from a warm zygote)
    pytest, hidden tests, reference   -- requests ->  the student's package, numpy, nothing else
    comparison, score                 <- plain data - no file of the course, no secret in memory

Modules, from the ground up:
wire      the frame format: a JSON header and raw array buffers; nothing in it can execute code
protocol  the vocabulary of requests: what may be asked of a worker
package   turns source text into the importable package `framework` inside a worker, file by file
worker    the loop in the student's process: decode a request, do it, encode the result
zygote    a fresh interpreter that has imported numpy, never saw a secret, and forks a worker on demand
limits    resource limits of a worker
sandbox   the trusted end: starts the zygote, spawns, talks to and kills workers
remote    remote objects, which make tests read like ordinary NumPy code

What holds today: the process boundary, the format, clean environment, closed descriptors, resource limits, deadlines kept by the
trusted clock. Nothing that a worker says is taken for a verdict, a count or a time.
"""

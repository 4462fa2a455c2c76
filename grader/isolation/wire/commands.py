"""What the trusted process and the fork server say to each other, and a worker's first byte.

A command begins with one letter, and the fork server answers each with a number:

    b"S", layers, MiB of memory, CPU seconds, n   fork a worker that speaks at the descriptor that is sent along; with n
                                                  more of these, an importer of n workers that speak there; answer its pid
    b"C", an importer's pid, a pid                take a process that the importer has forked for a worker; answer its pid
    b"E", a pid                                   wait a moment, kill what is left, answer the wait status
    b"K", a pid                                   the same without waiting
    b"I", 0                                       import all that students can, for those forked from now on; answer 0

A pid is safe to name: nobody but the fork server reaps its children, so none is reused before it says so. A negative
answer is an error number.
"""

import struct

# All commands have one length: one may follow another before that one is answered.
SPAWN = struct.Struct(">cBIIB")
CLAIM = struct.Struct(">cII2x")
END = struct.Struct(">cI6x")
REPLY = struct.Struct(">i")
MOST_CHILDREN = 32  # of an importer
CONFINED = b"\1"  # a worker's first byte, before it runs anything; another one is followed by what went wrong

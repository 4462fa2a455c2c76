"""The commands to the fork server, its answers, and a worker's first byte.

A command begins with one letter. The fork server answers each command with a number:

    b"S", layers, MiB of memory, CPU seconds, n   fork a worker, and answer its pid. The descriptor of its connection is
                                                  sent along. With n more descriptors, it is an importer, and these are
                                                  the connections of n workers that it will fork
    b"C", an importer's pid, a pid                claim a process that the importer has forked, as a worker; answer its
                                                  pid
    b"E", a pid                                   wait a moment, kill what is left, answer the wait status
    b"K", a pid                                   the same without waiting
    b"I", 0                                       import all that students may import, for later forks; answer 0

A pid always names the same process until the fork server says that it ended, as only the fork server reaps its
children. A negative answer is an error number.
"""

import struct

# All commands have the same length, as one may be sent before the one before it is answered.
SPAWN = struct.Struct(">cBIIB")
CLAIM = struct.Struct(">cII2x")
END = struct.Struct(">cI6x")
REPLY = struct.Struct(">i")
MOST_CHILDREN = 32  # of an importer
CONFINED = b"\1"  # a worker's first byte, before it runs anything; any other byte begins an error message

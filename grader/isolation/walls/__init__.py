"""What confines a worker, before student code runs in it.

kernel    functions of the kernel that Python does not offer
syscalls  the system calls that a sealed worker may make
seccomp   the system call filter made of them
landlock  a layer against files, TCP and signals that is independent of the filter
identity  a user that nobody else is, without privileges
limits    memory, threads, files and descriptors of a worker
seal      these layers and their order
"""

"""What confines a worker, before student code runs in it.

kernel    the kernel's doors that Python has no function for
syscalls  what a sealed worker may ask of the kernel
seccomp   the system call filter made of it
landlock  an independent wall against files, TCP and signals
identity  a user that nobody else is, without privileges
limits    memory, threads, files and descriptors of a worker
seal      the layers above and their order
"""

"""What crosses the boundary. Both sides import it. Of ours it imports only the vocabulary of calls.

frames    a JSON header and a body of raw bytes, with their lengths before them
values    values as nodes of the header and buffers in the body; nothing in it can execute code
calls     a call as a part of the header
files     the compiled files of a package
commands  what the fork server is told, and what it answers
"""

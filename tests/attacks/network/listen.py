"""Opens a port for others to come in. Seen to fail: no port, and no process that waits at one."""

import os
import socket


class Wave:
    def __init__(self, k):
        server = socket.create_server(("127.0.0.1", 0))
        if os.fork() == 0:
            server.settimeout(5)
            server.accept()
            os._exit(0)

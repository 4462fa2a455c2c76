"""Other kinds of machines, emulated in a forked process: containers, ordinary users, kernels without a feature."""

import ctypes
import errno
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.isolation.outside import launch
from grader.isolation.walls import kernel

PROFILE = Path("/usr/share/containers/seccomp.json")  # in Debian's package golang-github-containers-common
# What Docker leaves to root in a container.
CAPABILITIES = {
    "CAP_CHOWN": 0,
    "CAP_DAC_OVERRIDE": 1,
    "CAP_FOWNER": 3,
    "CAP_FSETID": 4,
    "CAP_KILL": 5,
    "CAP_SETGID": 6,
    "CAP_SETUID": 7,
    "CAP_SETPCAP": 8,
    "CAP_NET_BIND_SERVICE": 10,
    "CAP_NET_RAW": 13,
    "CAP_SYS_CHROOT": 18,
    "CAP_MKNOD": 27,
    "CAP_AUDIT_WRITE": 29,
    "CAP_SETFCAP": 31,
}
DOCKERS_MASK = 0xA80425FB  # as /proc shows it in a container
NOBODY_SPECIAL = 12_345
PR_CAPBSET_DROP = 24

Change = Callable[[], None]


def run_elsewhere(change: Change, action: Callable[[], Any]) -> Any:
    """Do something in a forked process after a change that cannot be undone, and return its JSON result.

    Raises:
        RuntimeError: with the traceback, if anything raised there.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            change()
            said = {"result": action()}
        except BaseException:
            said = {"error": traceback.format_exc()}
        finally:
            os.write(writing, json.dumps(said).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        said = json.loads(file.read())
    os.waitpid(pid, 0)
    if "error" in said:
        raise RuntimeError(said["error"])
    return said["result"]


def as_in_docker() -> None:
    """Root with the system calls and the capabilities that Docker's default profile leaves."""
    load_profile(json.loads(PROFILE.read_text()))
    for capability in range(64):
        if capability not in CAPABILITIES.values():
            try:
                kernel.prctl(PR_CAPBSET_DROP, capability)
            except OSError as error:
                if error.errno != errno.EINVAL:  # beyond the last
                    raise
    header, mask = (ctypes.c_uint32 * 2)(0x20080522, 0), DOCKERS_MASK
    ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)(mask, mask, 0, 0, 0, 0))
    status = Path("/proc/self/status").read_text()
    assert f"CapEff:\t{mask:016x}" in status
    assert f"CapBnd:\t{mask:016x}" in status


def load_profile(profile: dict[str, Any]) -> None:
    """Install a profile in the format of Docker's as a container engine does: without "no new privileges"."""
    import pyseccomp

    machine = {"x86_64": "amd64", "aarch64": "arm64"}[os.uname().machine]
    answer = {"SCMP_ACT_ALLOW": pyseccomp.ALLOW, "SCMP_ACT_ERRNO": None}
    built = pyseccomp.SyscallFilter(pyseccomp.ERRNO(profile.get("defaultErrnoRet", errno.EPERM)))
    built.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    for rule in profile["syscalls"]:
        action = answer[rule["action"]] or pyseccomp.ERRNO(rule.get("errnoRet", errno.EPERM))
        if action != pyseccomp.ERRNO(profile.get("defaultErrnoRet", errno.EPERM)) and _applies(rule, machine):
            conditions = [_condition(pyseccomp, argument) for argument in rule.get("args") or ()]
            for name in rule["names"]:
                _add(pyseccomp, built, action, name, conditions)
    built.load()


def _applies(rule: dict[str, Any], machine: str) -> bool:
    includes, excludes = rule.get("includes") or {}, rule.get("excludes") or {}
    if machine not in includes.get("arches", [machine]) or machine in excludes.get("arches", []):
        return False
    return (
        set(includes.get("caps", [])) <= CAPABILITIES.keys() and not set(excludes.get("caps", [])) & CAPABILITIES.keys()
    )


def _condition(pyseccomp: Any, argument: dict[str, Any]) -> Any:
    operation = getattr(pyseccomp, argument["op"].removeprefix("SCMP_CMP_"))
    return pyseccomp.Arg(argument["index"], operation, argument["value"], argument.get("valueTwo", 0))


def _add(pyseccomp: Any, built: Any, action: int, name: str, conditions: list[Any]) -> None:
    try:
        built.add_rule(action, name, *conditions)
    except OSError as error:
        if error.errno not in (
            errno.EINVAL,
            errno.EDOM,
            errno.EFAULT,
        ):  # a call of another machine, or too new for this libseccomp
            raise


def without(*names: str, error: int = errno.ENOSYS, **conditions: Any) -> Change:
    """A kernel that lacks some system calls."""

    def change() -> None:
        import pyseccomp

        built = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        built.set_attr(pyseccomp.Attr.CTL_NNP, int(os.geteuid() != 0))
        for name in names:
            built.add_rule(pyseccomp.ERRNO(error), name)
        built.load()

    return change


def without_filters() -> None:
    """A kernel that takes no system call filter, after this one."""
    import pyseccomp

    built = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    built.set_attr(pyseccomp.Attr.CTL_NNP, int(os.geteuid() != 0))
    built.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl", pyseccomp.Arg(0, pyseccomp.EQ, kernel.PR_SET_SECCOMP))
    built.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "seccomp")
    built.load()


def as_user() -> None:
    """An ordinary user, with a Python that this user can run."""
    launch.sys.executable = python_for_everyone()
    os.setgroups([])
    os.setresgid(NOBODY_SPECIAL, NOBODY_SPECIAL, NOBODY_SPECIAL)
    os.setresuid(NOBODY_SPECIAL, NOBODY_SPECIAL, NOBODY_SPECIAL)
    os.chdir("/")


def python_for_everyone() -> str | None:
    """A Python of this version that every user may run, or None: root's own may lie in a closed home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, shutil.which(version, path="/usr/bin:/usr/local/bin")):
        if candidate and all(parent.stat().st_mode & 0o005 == 0o005 for parent in Path(candidate).resolve().parents):
            return candidate
    return None


def both(*changes: Change) -> Change:
    """One change after the other."""

    def change() -> None:
        for one in changes:
            one()

    return change

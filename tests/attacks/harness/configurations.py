"""Where a grader may find itself: root, root in a container, an ordinary user; with Landlock and without."""

import ctypes
import json
import os
import random
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

DOCKER_PROFILE = Path("/usr/share/containers/seccomp.json")  # Debian: golang-github-containers-common
DOCKER_CAPABILITIES = {
    "CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_FOWNER": 3, "CAP_FSETID": 4, "CAP_KILL": 5, "CAP_SETGID": 6,
    "CAP_SETUID": 7, "CAP_SETPCAP": 8, "CAP_NET_BIND_SERVICE": 10, "CAP_NET_RAW": 13, "CAP_SYS_CHROOT": 18,
    "CAP_MKNOD": 27, "CAP_AUDIT_WRITE": 29, "CAP_SETFCAP": 31,
}  # fmt: skip
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_PR_CAPBSET_DROP = 24


@dataclass(frozen=True)
class Configuration:
    """`user` is "present" (whoever runs this), "root", "docker" or "user"."""

    user: str = "present"
    landlock: bool = True

    @property
    def name(self) -> str:
        return self.user if self.landlock else f"{self.user}-without-landlock"

    @property
    def title(self) -> str:
        who = {"root": "root", "docker": "root as in Docker", "user": "ordinary user", "present": "this machine"}[
            self.user
        ]
        return f"{who}, Landlock" if self.landlock else f"{who}, no Landlock"

    def layers(self):
        """The layers of this configuration's workers."""
        from grader.isolation.walls.seal import Layers

        return Layers(landlock=self.landlock)

    def uid(self) -> int | None:
        """The user to be, if another one than now."""
        return 0x6000_0000 + random.SystemRandom().randrange(1 << 20) if self.user == "user" else None

    def python(self) -> str:
        """An interpreter that the user may run; a home directory is often closed to others."""
        same = f"python{sys.version_info.major}.{sys.version_info.minor}"
        candidates = (
            [sys.executable] if self.user != "user" else [sys.executable, f"/usr/bin/{same}", f"/usr/local/bin/{same}"]
        )
        return next((c for c in candidates if _open_to_all(Path(c)) or self.user != "user"), "")

    def shortfall(self) -> str:
        """Why this configuration cannot be tried here; empty if it can."""
        if self.user == "present":
            return ""
        if os.geteuid() != 0:
            return "only root can become another user"
        if self.user == "user" and not self.python():
            return "no Python of this version that an ordinary user may run"
        if self.user == "docker":
            if not DOCKER_PROFILE.exists():
                return f"no {DOCKER_PROFILE} (Debian: golang-github-containers-common)"
            try:
                import pyseccomp  # noqa: F401
            except (ImportError, RuntimeError) as error:
                return f"no libseccomp: {error}"
        return ""

    def confine(self) -> None:
        """Make this process what the configuration says, before it does anything else."""
        if self.user == "docker":
            _like_docker()
        _become_subreaper()


def parse(text: str) -> Configuration:
    """The configuration of this name."""
    user, _, without = text.partition("-")
    return Configuration(user, not without)


ALL = tuple(Configuration(user, landlock) for user in ("root", "docker", "user") for landlock in (True, False))


def _open_to_all(path: Path) -> bool:
    real = path.resolve()
    return (
        path.exists()
        and all(p.stat().st_mode & 0o005 == 0o005 for p in (real, *real.parents))
        and shutil.which(path) is not None
    )


def _become_subreaper() -> None:
    ctypes.CDLL(None).prctl(
        36, 1, 0, 0, 0
    )  # PR_SET_CHILD_SUBREAPER: what an attack leaves behind is then found below us


def _like_docker() -> None:
    """Docker's default seccomp profile and capabilities."""
    import pyseccomp

    profile = json.loads(DOCKER_PROFILE.read_text())
    program = pyseccomp.SyscallFilter(pyseccomp.ERRNO(profile["defaultErrnoRet"]))
    program.set_attr(pyseccomp.Attr.CTL_NNP, 0)
    for rule in profile["syscalls"]:
        if _applies(rule):
            _add(pyseccomp, program, rule, profile["defaultErrnoRet"])
    program.load()
    _keep_capabilities(sum(1 << bit for bit in DOCKER_CAPABILITIES.values()))


def _applies(rule: dict) -> bool:
    wanted, unwanted = rule.get("includes") or {}, rule.get("excludes") or {}
    machine = _ARCHITECTURES.get(os.uname().machine, "")
    if not set(wanted.get("caps", ())) <= DOCKER_CAPABILITIES.keys() or machine not in wanted.get("arches", (machine,)):
        return False
    return not set(unwanted.get("caps", ())) & DOCKER_CAPABILITIES.keys() and machine not in unwanted.get("arches", ())


def _add(pyseccomp, program, rule: dict, usual: int) -> None:
    action = pyseccomp.ALLOW if rule["action"] == "SCMP_ACT_ALLOW" else pyseccomp.ERRNO(rule.get("errnoRet", 1))
    if rule["action"] != "SCMP_ACT_ALLOW" and rule.get("errnoRet", 1) == usual:
        return  # the same as what is done anyway, which libseccomp takes for a mistake
    conditions = [_condition(pyseccomp, argument) for argument in rule.get("args") or ()]
    for name in rule["names"]:
        try:
            program.add_rule(action, name, *conditions)
        except (OSError, ValueError):  # a call that this machine does not have
            continue


def _condition(pyseccomp, argument: dict):
    operation = getattr(pyseccomp, argument["op"].removeprefix("SCMP_CMP_"))
    if argument["op"] == "SCMP_CMP_MASKED_EQ":
        return pyseccomp.Arg(argument["index"], operation, argument["value"], argument["valueTwo"])
    return pyseccomp.Arg(argument["index"], operation, argument["value"])


def _keep_capabilities(kept: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    for bit in range(64):
        if not kept >> bit & 1:
            libc.prctl(_PR_CAPBSET_DROP, bit, 0, 0, 0)  # beyond the last one it fails
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    if libc.capset(header, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)):
        raise OSError(ctypes.get_errno(), "the capabilities could not be dropped")

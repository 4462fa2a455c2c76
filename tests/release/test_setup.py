"""setup.sh as images run it: which Python it finds or brings, and that the image's own python3 stays as it is.

The programs that it calls are stand-ins that record how they were called. With `GRADER_TEST_NETWORK=1` the real ones
are tried, too, with every Python on this machine as the image's python3.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.release.gradescope import autograder_files, write_files

PIP_IS_THERE, PYPI_FAILS, NO_312, NO_311, CANDIDATE = "PIP", "PYPI_FAILS", "NO_312", "NO_311", "CANDIDATE"
# A Python that says of itself that it is 3.11.0rc1, as Ubuntu 22.04's python3.11 does.
UNFINISHED = """
import collections, sys
Version = collections.namedtuple("Version", "major minor micro releaselevel serial")
sys.version_info = Version(3, 11, 0, "candidate", 1)
exec(sys.argv[sys.argv.index("-c") + 1])
"""
PROGRAMS = {
    "python3": """
case "$*" in
*"pip --version") [ -e "$FACTS/PIP" ] ;;
*"pip install"*)
    [ ! -e "$FACTS/PYPI_FAILS" ] || exit 1
    while [ "$1" != --target ]; do shift; done
    mkdir -p "$2/bin" && cp "$FACTS/uv" "$2/bin/uv" ;;
*) exit 9 ;;
esac""",
    "uv": f"""
case "$*" in
*"venv"*"--python 3.12"*) [ ! -e "$FACTS/NO_312" ] || exit 1 ;;
*"venv"*"--python 3.11"*) [ ! -e "$FACTS/NO_311" ] || exit 1 ;;
*) exit 0 ;;
esac
for folder; do :; done
mkdir -p "$folder/bin"
printf '#!/bin/sh\\nexec {sys.executable} "$@"\\n' >"$folder/bin/python"
if [ -e "$FACTS/CANDIDATE" ]; then
    printf '#!/bin/sh\\nexec {sys.executable} %s "$@"\\n' "$FACTS/unfinished.py" >"$folder/bin/python"
fi
chmod 755 "$folder/bin/python\"""",
    "apt-get": """
case "$1 $4" in
"install python3-pip") touch "$FACTS/PIP" ;;
"install python3.11") [ ! -e "$FACTS/NO_311" ] ;;
update*) exit 100 ;;
esac""",
}


@pytest.fixture(scope="module")
def unpacked(course, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("zip")
    write_files(autograder_files(course, course.select(("01",))), folder)
    return folder


@pytest.fixture
def build(unpacked, tmp_path):
    """Run setup.sh where these facts hold: (the process, the calls of other programs)."""

    def build(*facts: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
        source, programs = Path(shutil.copytree(unpacked, tmp_path / "source")), tmp_path / "bin"
        programs.mkdir()
        for name, text in PROGRAMS.items():
            (programs / name).write_text(f'#!/bin/sh\necho "{name} $*" >>"$FACTS/calls"{text}\n')
            (programs / name).chmod(0o755)
        (programs / "unfinished.py").write_text(UNFINISHED)
        for fact in facts:
            (programs / fact).touch()
        environment = {"PATH": f"{programs}:/usr/bin:/bin", "FACTS": str(programs), "LANG": "C", "HOME": "/nonexistent"}
        done = subprocess.run(["bash", source / "setup.sh"], env=environment, capture_output=True, text=True, cwd="/")
        return done, (programs / "calls").read_text().replace(str(source), "SOURCE").splitlines()

    return build


def test_with_a_python_that_will_do_no_package_of_the_system_is_touched(build, tmp_path):
    """Ubuntu 24.04: python3 is 3.12, and refuses to have anything installed into it (PEP 668)."""
    done, calls = build(PIP_IS_THERE)

    assert done.stdout.endswith("setup.sh: the autograder is ready\n"), done.stderr
    assert calls == [
        "python3 -m pip --version",
        "python3 -m pip install --quiet --no-deps --require-hashes --upgrade --target SOURCE/uv -r SOURCE/uv.txt",
        "uv venv --quiet --clear --python 3.12 SOURCE/venv",
        "uv pip install --quiet --python SOURCE/venv/bin/python --no-deps --require-hashes --compile-bytecode -r"
        " SOURCE/requirements.txt",
    ]
    assert (tmp_path / "source/interpreter").read_text() == f"{tmp_path}/source/venv/bin/python\n"
    assert not (tmp_path / "source/uv").exists()


def test_where_python_cannot_be_brought_that_of_ubuntu_is_tried(build):
    """Ubuntu 22.04 has python3 3.10. Its image may have no package lists, and no way to get them; the build goes on."""
    done, calls = build(PIP_IS_THERE, NO_312)

    assert done.returncode == 0, done.stderr
    assert calls[2:-1] == [
        "uv venv --quiet --clear --python 3.12 SOURCE/venv",
        "apt-get update",
        "apt-get install -y --no-install-recommends python3.11",
        "uv venv --quiet --clear --python 3.11 SOURCE/venv",
    ]


def test_pip_is_brought_where_the_image_has_none(build):
    done, calls = build()

    assert done.returncode == 0, done.stderr
    assert calls[1:3] == ["apt-get update", "apt-get install -y --no-install-recommends python3-pip"]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (
            [PIP_IS_THERE, PYPI_FAILS],
            "uv could not be installed from PyPI; if the network failed, build the image again",
        ),
        (
            [PIP_IS_THERE, NO_312, NO_311],
            "there is no Python 3.12 on this image, and none could be had; please choose Ubuntu 24.04 as the base"
            " image",
        ),
        (
            [PIP_IS_THERE, NO_312, CANDIDATE],
            "the only Python here is a version that was never released (3.11.0, candidate 1); please choose Ubuntu"
            " 24.04 as the base image, or build again with a network in which uv can bring Python 3.12",
        ),
    ],
)
def test_what_cannot_be_had_fails_the_build_in_a_sentence_that_comes_last(build, tmp_path, facts, said):
    done, _calls = build(*facts)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"setup.sh: {said}"
    assert not (tmp_path / "source/interpreter").exists()


PYTHONS = [path for version in ("3.10", "3.11", "3.12", "3.13") if (path := shutil.which(f"python{version}"))]


@pytest.mark.skipif(
    not os.environ.get("GRADER_TEST_NETWORK"), reason="it installs from PyPI; GRADER_TEST_NETWORK=1 runs it"
)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_real_programs_make_an_image_that_is_ready(unpacked, tmp_path, python):
    real = subprocess.run([python, "-c", "import sys; print(sys.executable)"], capture_output=True, text=True)
    if real.returncode:
        pytest.skip(f"{python} does not run")
    source = shutil.copytree(unpacked, tmp_path / "source")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python3").symlink_to(real.stdout.strip())
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_"))}
    environment = {**kept, "PATH": f"{tmp_path}/bin:/usr/bin:/bin", "LANG": "C", "HOME": "/nonexistent"}

    done = subprocess.run(["bash", source / "setup.sh"], env=environment, capture_output=True, text=True)

    assert done.stdout.endswith("setup.sh: the autograder is ready\n"), done.stderr

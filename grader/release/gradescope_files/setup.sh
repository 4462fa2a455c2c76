#!/bin/bash
# Gradescope runs this once, as root, when it builds the image.
#
# The grader needs Python 3.12, and the image's python3 belongs to Gradescope's own harness: it is neither replaced nor added to. uv, pinned by
# its hash, finds a Python 3.12 on the image (Ubuntu 24.04 has one) or brings one, pinned by uv (Ubuntu 22.04 has 3.10), and makes a virtual
# environment with the pinned and hashed requirements. The image's own packages are the second choice.
#
# GRADER_PYTHON names a Python (3.11 or newer) that has the requirements already, as an image of your own may; then nothing is installed.
set -euo pipefail
umask 077
source=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

fail() {
    printf 'setup.sh: %s\n' "$*" >&2
    exit 1
}

install_package() { # an image is often built without the list of packages; an older one may do
    apt-get update || true
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$1"
}

install_python() {
    if ! python3 -m pip --version >/dev/null 2>&1; then
        install_package python3-pip ||
            fail "this image has no pip, and apt-get could not bring it; please choose Ubuntu 24.04 or 22.04 as the base image"
    fi
    # --target: into a folder of its own, so the system's Python stays as it is (and PEP 668 has no objection)
    python3 -m pip install --quiet --no-deps --require-hashes --upgrade --target "$source/uv" -r "$source/uv.txt" ||
        fail "uv could not be installed from PyPI; if the network failed, build the image again"
    export UV_NO_CONFIG=1 UV_NO_CACHE=1 UV_PYTHON_INSTALL_DIR="$source/python"
    uv=$source/uv/bin/uv
    if ! "$uv" venv --quiet --clear --python 3.12 "$source/venv"; then
        echo "setup.sh: uv could not bring Python 3.12; Ubuntu's python3.11 is tried instead"
        { install_package python3.11 && "$uv" venv --quiet --clear --python 3.11 "$source/venv"; } ||
            fail "there is no Python 3.12 on this image, and none could be had; please choose Ubuntu 24.04 as the base image"
    fi
    "$uv" pip install --quiet --python "$source/venv/bin/python" --no-deps --require-hashes --compile-bytecode \
        -r "$source/requirements.txt" || fail "the requirements could not be installed from PyPI; if the network failed, build the image again"
    rm -rf "$source/uv"
}

rm -f "$source/interpreter"
if [ -n "${GRADER_PYTHON:-}" ]; then
    python=$GRADER_PYTHON
else
    install_python
    python=$source/venv/bin/python
fi
"$python" -E -s -c 'import sys, click, jsonschema, numpy, pytest, rich; sys.exit(sys.version_info < (3, 11))' ||
    fail "$python is older than Python 3.11, or lacks one of the requirements in requirements.txt"
# Ubuntu 22.04 calls 3.11.0rc1 python3.11, and gives nothing newer. Students' work is not graded by an unfinished Python.
unfinished=$("$python" -E -s -c 'import sys; v = sys.version_info
print("" if v.releaselevel == "final" else "%d.%d.%d, %s %d" % v)')
[ -z "$unfinished" ] || fail "the only Python here is a version that was never released ($unfinished); please choose Ubuntu 24.04 as the base image, \
or build again with a network in which uv can bring Python 3.12"
cd "$source/course"
"$python" -E -s -m compileall -q grader reference

# A mistake in the course or the policy fails the build. That both are valid is remembered for when a submission comes.
"$python" -E -s -B -c 'import sys; from pathlib import Path; from grader.assignment import Course; from grader.policy import read_policy
Course.load(Path()), read_policy(Path(sys.argv[1]))' "$source/policy.toml" || fail "the course or the policy cannot be read; the last line above says why"

# Hidden checks and solutions are root's alone; whether they are is looked at, not believed.
[ "$(id -u)" -ne 0 ] || chown -R 0:0 "$source"
chmod -R go= "$source"
open=$(find "$source" ! -type l \( -perm /077 -o ! -user "$(id -u)" \) -print -quit)
[ -z "$open" ] || fail "$open could be read by others than root, whatever chmod says; hidden checks would not be safe here"

# For the build output alone: the container of a submission may differ, and is tried out each time.
"$python" -E -s -B -m grader doctor || true
printf '%s\n' "$python" >"$source/interpreter"
echo "setup.sh: the autograder is ready"

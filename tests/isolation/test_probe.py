"""What the probe finds, here and on emulated machines; and that its attempts succeed where nothing stops them."""

import os
from dataclasses import asdict
from pathlib import Path

import pytest

from grader.isolation.outside import launch
from grader.isolation.outside.faults import SandboxError
from grader.isolation.outside.sandbox import Sandbox
from grader.isolation.probing import probe
from grader.isolation.probing.probe import LAYERS, TRIALS, Finding, Laboratory, examine, shortfall
from grader.isolation.walls import kernel, landlock, seccomp
from grader.isolation.walls.seal import BARE, SEALED, Layers
from tests.isolation import elsewhere

linux_only = pytest.mark.skipif(not kernel.ON_LINUX, reason="layers exist on Linux only")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become others and emulate containers")

ALWAYS = {"separate process", "limits", "system call filter", "sealed worker"}


def holding(findings) -> set[str]:
    return {finding.name for finding in findings if finding.holds}


def examined() -> list[dict]:
    with Sandbox().start() as sandbox:
        return [asdict(finding) for finding in examine(sandbox)]


def found_elsewhere(change) -> list[Finding]:
    return [Finding(**row) for row in elsewhere.run_elsewhere(change, examined)]


@pytest.fixture
def pyseccomp():
    try:
        import pyseccomp
    except (ImportError, RuntimeError) as problem:
        pytest.skip(f"other machines are NOT emulated, which needs pyseccomp and libseccomp2: {problem}")
    return pyseccomp


@linux_only
def test_all_layers_that_this_machine_offers_hold_here(sandbox):
    expected = set(ALWAYS)
    expected |= {"own user"} if os.geteuid() == 0 else set()
    expected |= {"Landlock"} if landlock.version() else set()
    findings = examine(sandbox)

    assert seccomp.for_this_machine()
    assert holding(findings) == expected, findings
    assert shortfall(findings) is None


@linux_only
@as_root
def test_it_is_found_out_whether_workers_can_share_an_import(own):
    """Where they cannot, every worker imports for itself, which no grade shows.

    A Python on which that went wrong was not noticed.
    """
    assert probe.shared_import(own.sandbox).holds
    own.worker().end()
    children = Path(f"/proc/{own.sandbox.process.pid}/task/{own.sandbox.process.pid}/children")
    assert len(children.read_text().split()) <= 1

    with Sandbox(BARE) as bare:
        found = probe.shared_import(bare)
    assert not found.holds
    assert found.sentence.startswith(
        "Every worker imports the submission for itself, which takes longer and changes no grade: "
    )
    assert "no importer without a user of its own" in found.sentence


def test_every_attempt_succeeds_where_nothing_stops_it(sandbox):
    """Else a layer would seem to hold that does not. Only imports are stopped even there: not the kernel's work."""
    with Laboratory(sandbox) as there:
        subject = there.subject(BARE)
        subject.load()
        reached = {trial for trial in TRIALS if trial(subject, there)}

    expected = set(TRIALS) - {probe._module}
    assert reached == (expected if os.geteuid() == 0 else expected - {probe._root})


def test_the_probe_leaves_nothing_behind(sandbox, tmp_path, monkeypatch):
    monkeypatch.setattr(probe.tempfile, "tempdir", str(tmp_path))
    examine(sandbox)

    assert not list(tmp_path.iterdir())


def test_what_was_begun_earlier_finds_the_same(sandbox):
    probe.begin_to_examine(sandbox)

    assert examine(sandbox) == examine(sandbox)
    assert not probe._begun


def test_what_was_begun_with_a_fork_server_that_is_lost_is_begun_anew():
    with Sandbox().start() as own:
        probe.begin_to_examine(own)
        own.process.kill()
        with pytest.raises(SandboxError):
            examine(own)

        assert shortfall(examine(own)) is None


def test_every_layer_is_tried_alone_and_then_all_together():
    alone = [layer.layers for layer in LAYERS[:-1]]

    assert sorted(sum(vars(layers).values()) for layers in alone) == [1, 1, 1, 1]
    assert len(set(alone)) == 4
    assert LAYERS[-1].layers == SEALED
    assert set(LAYERS[-1].stops) == set(TRIALS)


@linux_only
@as_root
def test_all_layers_hold_as_root_in_a_container_with_the_default_profile_of_docker(pyseccomp):
    """System calls and capabilities that Docker leaves: no administration, no namespaces."""
    if not elsewhere.PROFILE.exists():
        pytest.skip(
            f"Docker is NOT emulated, which needs its profile as {elsewhere.PROFILE} (golang-github-containers-common)"
        )
    findings = found_elsewhere(elsewhere.as_in_docker)

    expected = ALWAYS | {"own user"} | ({"Landlock"} if landlock.version() else set())
    assert holding(findings) == expected, findings


@linux_only
@as_root
def test_all_but_landlock_hold_in_a_container_whose_kernel_does_not_have_it(pyseccomp):
    if not elsewhere.PROFILE.exists():
        pytest.skip(
            f"Docker is NOT emulated, which needs its profile as {elsewhere.PROFILE} (golang-github-containers-common)"
        )
    findings = found_elsewhere(elsewhere.both(elsewhere.without("landlock_create_ruleset"), elsewhere.as_in_docker))

    assert holding(findings) == ALWAYS | {"own user"}, findings
    assert shortfall(findings) is None


@pytest.fixture
def user_can_run_python():
    if elsewhere.python_for_everyone() is None:
        pytest.skip("an ordinary user is NOT emulated, since this Python lies where only root can run it")


@linux_only
@as_root
def test_an_ordinary_user_has_all_layers_but_users_to_give_away(user_can_run_python):
    findings = found_elsewhere(elsewhere.as_user)

    assert holding(findings) == ALWAYS | ({"Landlock"} if landlock.version() else set()), findings
    assert shortfall(findings) is None
    assert "only root" in next(f.sentence for f in findings if f.name == "own user")


@linux_only
@as_root
def test_an_ordinary_user_without_landlock_still_has_the_minimum(pyseccomp, user_can_run_python):
    findings = found_elsewhere(elsewhere.both(elsewhere.without("landlock_create_ruleset"), elsewhere.as_user))

    assert holding(findings) == ALWAYS, findings
    assert shortfall(findings) is None


@linux_only
@as_root
def test_root_without_any_other_user_still_has_the_minimum(pyseccomp):
    """As in a container that maps only one user."""
    findings = found_elsewhere(elsewhere.without("setresuid", "setgroups", error=1))

    assert holding(findings) == ALWAYS | ({"Landlock"} if landlock.version() else set()), findings


@linux_only
@as_root
def test_a_kernel_without_filters_falls_short_and_says_what_to_do(pyseccomp):
    findings = found_elsewhere(elsewhere.without_filters)

    assert "system call filter" not in holding(findings)
    assert "sealed worker" not in holding(findings)
    text = shortfall(findings)
    assert "hidden checks are not run" in text
    assert "--allow-unconfined" in text


def test_a_system_without_any_layer_still_runs_workers_and_is_found_short(monkeypatch):
    """As macOS is: a process, a connection and a deadline."""
    pretend = "import grader.isolation.walls.kernel as k; k.ON_LINUX = False"
    boot = launch.BOOT.replace("\nmain(", f"\n{pretend}\nmain(")
    monkeypatch.setattr(launch, "BOOT", boot)
    with Sandbox().start() as other:
        findings = examine(other)

    assert holding(findings) == {"separate process"}
    assert "use more memory than allowed" in shortfall(findings)


def test_the_minimum_is_named_layer_by_layer():
    good = [
        Finding(name, True, "Good.")
        for name in ("separate process", "limits", "own user", "Landlock", "system call filter", "sealed worker")
    ]
    for number, finding in enumerate(good):
        findings = (*good[:number], Finding(finding.name, False, "Bad."), *good[number + 1 :])

        assert (shortfall(findings) is None) == (finding.name in ("own user", "Landlock"))
    assert shortfall(()) is not None


def test_a_layer_that_leaks_says_what_was_possible(sandbox):
    nothing = probe.Layer(
        "limits", Layers(False, False, False, False), (probe._descriptor, probe._memory), "Good.", "Bad."
    )
    with Laboratory(sandbox) as there:
        finding = probe._try(nothing, there.subject(nothing.layers), there)

    assert finding == Finding(
        "limits", False, "Bad. A worker could open another descriptor, use more memory than allowed."
    )


@linux_only
@pytest.mark.parametrize(
    ("missing", "possible"),
    [("limits", {probe._memory}), ("identity", set()), ("landlock", set()), ("seccomp", {probe._fork, probe._code})],
)
def test_behind_every_wall_stands_another(sandbox, missing, possible):
    """With one layer taken away, the others still stop all but this: forks are few, and end with the worker."""
    if missing != "landlock" and not landlock.version():
        pytest.skip("this kernel has no Landlock to stand behind the others")
    layers = Layers(**{name: name != missing for name in vars(SEALED)})
    with Laboratory(sandbox) as there:
        subject = there.subject(layers)
        subject.load()
        reached = {trial for trial in TRIALS if trial(subject, there)}

    assert reached == possible

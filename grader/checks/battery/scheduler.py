"""The laws of learning-rate schedulers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

import numpy as np

from grader.calls import Call
from grader.checks.battery.laws import Battery, law
from grader.checks.battery.members import Named, Options
from grader.checks.errors import raises
from grader.checks.twin import Twin, Workbench
from grader.compare import Tolerance

# A rate may come from its equation or from the rate before. These differ by roundings of the first rate (1e-14), also
# where the rate is 0.
RATE = Tolerance(1e-9, 0.0, absolute=1e-12)
# So far apart that no factor of a schedule can explain it.
GROUPS: tuple[Options, ...] = ({"lr": 0.8}, {"lr": 3.0})


@dataclass(frozen=True)
class Schedule(Named):
    """A scheduler, as the laws need it. All of its optimizers have two groups with rates of their own.

    An option that is a function makes its value from (twin, optimizer).
    path: where it is, e.g. "optim.lr_scheduler.StepLR".
    options: one line for each scheduler; the first is the plain case.
    together: lines in which several options differ from the defaults; every possible pair has to be in one.
    groups: options of the optimizer's groups.
    times: the last t at which rates are compared: after three periods, or when they do not change any more.
    metrics: what each step is given.
    saved_at: times at which a scheduler is saved and resumed: in the middle of each of its parts, and where parts meet.
    later: each last_epoch that it is built with; -1 for a start on an optimizer that another scheduler had before.
    impossible: options that the constructor refuses with ValueError.
    """

    path: str
    options: tuple[Options, ...]
    together: tuple[Options, ...] = ()
    groups: tuple[Options, ...] = GROUPS
    times: int = 32
    metrics: tuple[float, ...] = ()
    saved_at: tuple[int, ...] = (1, 6)
    later: tuple[int, ...] = (-1, 1, 6)
    impossible: tuple[Options, ...] = ()

    @property
    def others(self) -> tuple[Options, ...]:
        return (*self.options[1:], *self.together)

    @property
    def extremes(self) -> tuple[Options, ...]:
        """The plain case, and those with several options."""
        return (self.options[0], *self.together)

    def called(self, options: Options) -> str:
        shown = (f"{key}=..." if callable(value) else f"{key}={value!r}" for key, value in options.items())
        return f"{self.name}({', '.join(['optimizer', *shown])})"


def scheduled(twin: Workbench, groups: Iterable[Options], schedules: Iterable[tuple[str, Options]]) -> tuple[Twin, ...]:
    """An optimizer that never steps, so that no update rule is judged along, and schedulers on it."""
    given = [{"params": [twin("nn.Parameter", np.zeros(2))], **group} for group in groups]
    optimizer = twin("optim.Optimizer", given, {"lr": 0.1})
    return optimizer, *(twin(path, optimizer, **_settled(options, twin, optimizer)) for path, options in schedules)


def _settled(options: Options, twin: Workbench, optimizer: Twin) -> Options:
    """The options, with functions replaced by the values they make."""
    return {key: value(twin, optimizer) if callable(value) else value for key, value in options.items()}


def compare_rates(
    optimizer: Twin, *schedulers: Twin, times: Iterable[int], metrics: Sequence[float] = (), of: str = ""
) -> None:
    """Compare the rates of all groups at the given times. Before each time but 0, every scheduler takes a step."""
    groups, times = range(len(optimizer.expected.param_groups)), list(times)
    rates = [Call("item", optimizer, f"param_groups.{number}", ("lr",)) for number in groups]
    calls: list[Call] = []
    for t in times:
        calls += [Call("call", s, "step", tuple(metrics[t - 1 : t])) for s in schedulers if t] + rates
    found = [rate for call, rate in zip(calls, optimizer.run(calls), strict=True) if call.do == "item"]
    for (t, number), rate in zip(product(times, groups), found, strict=True):
        rate.name = f"lr of group {number} at t = {t}{of}"
        rate.compare(tolerance=RATE)


class SchedulerLaws(Battery):
    """For schedulers: the rates of all groups, from t = 0 on."""

    member: ClassVar[Schedule]

    def _scheduled(self, twin: Workbench, options: Options, groups: Iterable[Options] = ()) -> tuple[Twin, Twin]:
        optimizer, scheduler = scheduled(twin, groups or self.member.groups, [(self.member.path, options)])
        scheduler.name = self.member.called(options)
        return optimizer, scheduler

    def _compare(self, twin: Workbench, lines: Iterable[Options]) -> None:
        for options in lines:
            optimizer, scheduler = self._scheduled(twin, options)
            compare_rates(
                optimizer,
                scheduler,
                times=range(self.member.times),
                metrics=self.member.metrics,
                of=f" of {scheduler.name}",
            )

    @law("The rate of {name} is right from t = 0 on in each group, for three periods or until it changes no more.", 2)
    def test_rates(self, twin):
        self._compare(twin, self.member.options[:1])

    @law("The rate of {name} is right with other options, one at a time and several together.", 1.5, needs="others")
    def test_rates_with_options(self, twin):
        self._compare(twin, self.member.others)

    @law("get_last_lr() of {name} gives the rates of all groups, and last_epoch is t.")
    def test_last_rates(self, twin):
        for options in self.member.extremes:
            _, scheduler = self._scheduled(twin, options)
            for t in range(6):
                scheduler.run([Call("call", scheduler, "step", tuple(self.member.metrics[t - 1 : t]))] * bool(t))
                scheduler.get_last_lr().compare(tolerance=RATE)
                scheduler.compare("last_epoch")

    @law("{name} resumes: a new one that loads a state_dict goes on where the saved one stopped, at any time.")
    def test_resumes(self, twin):
        for options, saved_at in product(self.member.extremes, self.member.saved_at):
            optimizer, scheduler = self._scheduled(twin, options)
            fresh_optimizer, fresh = self._scheduled(twin, options)
            compare_rates(optimizer, scheduler, times=range(saved_at + 1), metrics=self.member.metrics)
            fresh.load_state_dict(scheduler.state_dict())
            for number, group in enumerate(optimizer.expected.param_groups):
                fresh_optimizer.hold(f"param_groups.{number}").update(lr=group["lr"])
            times = range(saved_at + 1, saved_at + 9)
            compare_rates(
                fresh_optimizer,
                fresh,
                times=times,
                metrics=self.member.metrics,
                of=f" of {fresh.name}, resumed after t = {saved_at}",
            )

    @law(
        '{name} can be built where another scheduler has left its "initial_lr": to begin anew,'
        " or after a last_epoch if it takes one.",
        needs="later",
    )
    def test_built_later(self, twin):
        for options, last_epoch in product(self.member.extremes, self.member.later):
            groups = self._groups_at(twin, options, last_epoch)
            optimizer, scheduler = self._scheduled(twin, options | {"last_epoch": last_epoch}, groups)
            of = f" of {scheduler.name}, built " + (
                "after another scheduler" if last_epoch < 0 else "on the groups of an unbroken run"
            )
            scheduler.compare("last_epoch")
            compare_rates(optimizer, times=[last_epoch + 1], of=of)
            compare_rates(optimizer, scheduler, times=range(last_epoch + 2, last_epoch + 10), of=of)

    def _groups_at(self, twin: Workbench, options: Options, t: int) -> list[Options]:
        """The content of the groups at a t; before the first, what another scheduler leaves there."""
        if t < 0:
            return [{**group, "initial_lr": 1.5 * group["lr"]} for group in self.member.groups]
        optimizer, scheduler = self._scheduled(twin, options)
        twin.later([Call("call", scheduler, "step")] * t)
        return [
            {key: value for key, value in group.items() if key != "params"} for group in optimizer.expected.param_groups
        ]

    @law("{name} refuses options that cannot be with a ValueError.", needs="impossible", fine=True)
    def test_refuses(self, twin, student):
        optimizer, _ = self._scheduled(twin, self.member.options[0])
        for options in self.member.impossible:
            with raises(ValueError, doing=self.member.called(options)):
                student.make(self.member.path, optimizer.actual, **options)
        self._compare(twin, self.member.options[:1])  # code that refuses everything earns nothing

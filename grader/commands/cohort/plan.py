"""Which submissions have to be graded: those without a result, and those whose result is stale."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.cohort.rows import Row, State
from grader.cohort.store import Look, Run, Store, storable
from grader.commands.cohort.asked import Asked
from grader.commands.cohort.changes import AGAIN, WITHHELD, signature, why_stale
from grader.provenance import Provenance

NOT_RESULTS = ("note", "person", "path")  # parts of a row that may change without another result
OTHER_RUN = "it is left for another run"


@dataclass
class Plan:
    """All rows of a run by name. `todo` are those to be graded; `stale` says why some are graded again."""

    rows: dict[str, Row]
    todo: list[Row] = field(default_factory=list)
    stale: dict[str, str] = field(default_factory=dict)
    stand: int = 0
    same: bool = False  # the last run ended with just these rows


class Planner:
    """Compares what is there now with what the store has. `looks` is what paths held when they were last read."""

    def __init__(self, store: Store, asked: Asked, made_from: Provenance, rows: Iterable[Row]) -> None:
        self._store, self._asked, self._made_from = store, asked, made_from
        self.rows = {row.name: row for row in rows}
        self._keys = store.keys()
        self._newest = {key: result for result, key in self._keys.items()}
        runs = store.runs()
        self.last: Run | None = runs[-1] if runs else None
        self._before = {row.name: row for row in store.rows(self.last.number)} if self.last else {}
        waiting = [row for row in self.rows.values() if row.state is State.WAITING]
        self.signatures = {row.name: self._signature(row) for row in waiting}
        known = store.looks() if waiting else {}
        self.looks = {
            row.name: look
            for row in waiting
            if (look := known.get(storable(row.path))) and look.signature == self.signatures[row.name] != ""
        }

    def to_be_looked_at(self) -> list[Row]:
        """Rows of which the digest has to be found out, as they may have a result. In a new store nothing has one."""
        unknown = [self.rows[name] for name in self.signatures if name not in self.looks]
        return unknown if self._newest else []

    def plan(self) -> Plan:
        """What is to be graded, those last that could not be read before, as they may take long."""
        plan = Plan(dict(self.rows))
        for name in self.signatures:
            self._place(plan, self.rows[name])
        plan.todo.sort(key=lambda row: self._state_before(row) is State.UNREADABLE)
        wanted = [row for row in plan.todo if self._asked.wants(row)][: self._asked.limit]
        names = {row.name for row in wanted}
        for row in plan.todo:
            if row.name not in names:
                plan.rows[row.name] = self._left(row, plan.stale.pop(row.name, ""))
        plan.todo = wanted
        return plan

    def _place(self, plan: Plan, row: Row) -> None:
        look, again = self.looks.get(row.name), self._asked.again
        if look and look.problem and not again:
            plan.rows[row.name] = replace(row, state=State.UNREADABLE, note=look.problem)
            return
        found = look and self._found(row, self._made_from.of(look.submission).key)
        if found:
            stands = self._store.with_result(row, found)
            why = AGAIN if again else WITHHELD if stands.withheld and "ours" in self._asked.retry else ""
            if not why:
                plan.rows[row.name] = replace(stands, state=State.OURS if stands.withheld else State.GRADED)
                plan.stand += 1
                return
            plan.stale[row.name] = why
        elif look and self._was_ours(row):
            plan.rows[row.name] = replace(row, state=State.OURS, note=self._before[row.name].note)
            return
        elif look and (before := self._before.get(row.name)) and before.result is not None:
            now = self._made_from.of(look.submission)
            plan.stale[row.name] = why_stale(self._store.made_from(before.result), now)
        plan.todo.append(row)

    def _found(self, row: Row, key: str) -> int | None:
        """A result with this key: the one that the row had, or else the newest."""
        before = self._before.get(row.name)
        return before.result if before and self._keys.get(before.result) == key else self._newest.get(key)

    def _was_ours(self, row: Row) -> bool:
        """Whether the same grading failed before by our fault, and nobody asked to try again."""
        same = self.last and self.last.made_from == self._made_from
        ours = self._state_before(row) is State.OURS and self._before[row.name].result is None
        return bool(same and ours and "ours" not in self._asked.retry and not self._asked.again)

    def _left(self, row: Row, why: str) -> Row:
        """A row that will be graded by another run. It keeps an older result until then."""
        before = self._before.get(row.name)
        if before is None or before.result is None:
            return replace(row, note=OTHER_RUN)
        return replace(
            self._store.with_result(row, before.result), state=State.STALE, note=f"{OTHER_RUN}; graded {why}".strip()
        )

    def is_as_before(self, plan: Plan, run: Run) -> bool:
        """Whether the last run ended with just these rows."""
        return bool(
            self.last and self.last.ended and self.is_same(run) and not plan.todo and plan.rows == self._noted(plan)
        )

    def is_same(self, run: Run) -> bool:
        """Whether the last run had the same source, policy, checks and so on."""
        last = self.last
        return bool(last) and (last.source, last.policy, last.made_from) == (run.source, run.policy, run.made_from)

    def _noted(self, plan: Plan) -> Mapping[str, Row]:
        """The rows of the last run, as they would be planned: a note of the report and own due dates are not."""
        return {
            name: replace(row, **{part: getattr(plan.rows[name], part) for part in NOT_RESULTS})
            if name in plan.rows
            else row
            for name, row in self._before.items()
        }

    def looked(self, name: str, submission: str = "", problem: str = "") -> dict[str, Look]:
        """Note what a row's path holds. Returns what the store has to note, by path."""
        look = Look(self.signatures[name], submission, problem)
        self.looks[name] = look
        return {self.rows[name].path: look} if look.signature else {}

    def _state_before(self, row: Row) -> State | None:
        return self._before[row.name].state if row.name in self._before else None

    def _signature(self, row: Row) -> str:
        """What lies there, and by which rules it is read: the grader's, and the names in the reference."""
        found = signature(Path(row.path))
        return found and f"{found} {self._made_from.grader} {self._made_from.reference}"

"""The store of a class: what is no store is refused, and a result is there as a whole or not at all."""

import sqlite3

import pytest

from grader.cohort.rows import Row
from grader.cohort.store import STORE, Run, Store, StoreError
from tests.cohort.pretending import Mark
from tests.cohort.test_report import MADE_FROM, as_data


def test_what_is_no_store_of_this_version_is_refused(tmp_path):
    with pytest.raises(StoreError, match="is not there; grader cohort run writes it"):
        Store(tmp_path / STORE)
    (tmp_path / STORE).write_text("name,points\nada,100\n" * 100)
    with pytest.raises(StoreError, match="cannot be opened as a store of results: file is not a database"):
        Store(tmp_path / STORE)
    with pytest.raises(StoreError, match="cannot be opened: unable to open database file"):
        Store(tmp_path / "nowhere" / STORE, create=True)
    later = sqlite3.connect(tmp_path / "later.sqlite")
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(StoreError, match=r"another version of the grader \(store 99\)"):
        Store(tmp_path / "later.sqlite")


def test_a_result_that_cannot_be_kept_as_a_whole_is_not_kept(tmp_path):
    with Store(tmp_path / STORE, create=True) as store:
        run = store.begin(Run("made up", "", MADE_FROM), [Row("ada")])
        data = as_data("ada", {"01/hidden/A/test_a": Mark()})
        data["assignments"][0]["results"] *= 2  # a check comes twice, which the tables refuse
        with pytest.raises(StoreError, match="cannot be written: UNIQUE constraint failed"):
            store.keep(run, Row("ada"), MADE_FROM.of("x"), data)

        assert store.query("SELECT * FROM results") == []
        assert [row.state for row in store.rows(run)] == ["waiting"]


def test_a_reader_sees_what_a_run_has_written_so_far(tmp_path):
    with Store(tmp_path / STORE, create=True) as writer, Store(tmp_path / STORE) as reader:
        run = writer.begin(Run("made up", "", MADE_FROM), [Row("ada")])
        writer.keep(run, Row("ada"), MADE_FROM.of("x"), as_data("ada", {"01/hidden/A/test_a": Mark()}))

        assert [(row.name, row.earned) for row in reader.rows(run)] == [("ada", 2)]

"""Two import into one dataset at once: one after the other, each once, nobody silently lost."""

import threading

import pytest

from luoxuan.core.jobs import run_due
from luoxuan.core.models import Job
from luoxuan.data.actions import import_file, imports
from luoxuan.data.actions.drafts import commit_draft, receive_file
from luoxuan.data.models import Dataset, DatasetVersion, ImportBatch, ImportDraft
from luoxuan.data.queries import engine, relation_of
from luoxuan.data.rules import ImportMode
from luoxuan.data.verification import verify_data
from luoxuan.testing.college import NOW, Passes, open_college, score_csv
from luoxuan.testing.together import together

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def score(transactional_db) -> Dataset:
    open_college()
    return Dataset.objects.get(name="score")


@pytest.fixture
def meeting(monkeypatch):
    """Let both have written their files before either commits."""
    written = threading.Barrier(2, timeout=20)
    met = []

    def hold(name: str) -> None:
        if name == "data.commit.files_written" and len(met) < 2:
            met.append(name)
            written.wait()

    monkeypatch.setattr(imports, "seam", hold)
    return met


def importing(score, folder, name: str, text: str, mode=ImportMode.REPLACE):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return lambda: import_file(dataset=score, path=path, mode=mode, by=None, at=NOW)


def students(score) -> list[str]:
    score.refresh_from_db()
    relation = relation_of(score, number=score.current_number)
    with engine().session() as session:
        return sorted(
            row[0] for row in session.table(relation.sql(["student_id"])).rows
        )  # fmt: skip


def test_the_same_file_imported_twice_at_once_is_one_version(score, tmp_path, meeting):
    same = importing(score, tmp_path, "a.csv", score_csv([Passes("MATH-1", 3, 1)]))
    assert together(same, same) == []
    assert meeting == ["data.commit.files_written"] * 2
    assert (DatasetVersion.objects.count(), ImportBatch.objects.count()) == (1, 1)
    assert verify_data(at=NOW) == []


def test_of_two_files_that_replace_the_later_stands_whole_and_both_are_known(
    score, tmp_path, meeting
):
    one, two = score_csv([Passes("MATH-1", 3, 1)]), score_csv([Passes("WELD-1", 5, 2)])
    acts = (importing(score, tmp_path, "a.csv", one), importing(score, tmp_path, "b.csv", two))
    assert together(*acts) == []
    assert list(DatasetVersion.objects.order_by("number").values_list("number", flat=True)) == [
        1, 2,
    ]  # fmt: skip
    assert len(students(score)) in (4, 7)
    assert ImportBatch.objects.filter(version=None).count() == 0
    assert verify_data(at=NOW) == []


def test_two_files_that_add_rows_are_both_there(score, tmp_path, meeting):
    lines = score_csv([Passes("MATH-1", 3, 1)]).splitlines()
    one, two = "\n".join(lines[:3]), "\n".join((lines[0], *lines[3:]))
    acts = (
        importing(score, tmp_path, "a.csv", one, ImportMode.APPEND),
        importing(score, tmp_path, "b.csv", two, ImportMode.APPEND),
    )
    assert together(*acts) == []
    assert students(score) == ["1001", "1002", "1003", "1004"]


def test_two_files_that_add_the_same_row_add_it_once_and_say_so(score, tmp_path, meeting):
    header, *rows = score_csv([Passes("MATH-1", 3, 1)]).splitlines()
    one, two = "\n".join((header, *rows[:2])), "\n".join((header, *rows[1:]))
    reports = []

    def noting(act):
        return lambda: reports.append(act())

    acts = (
        noting(importing(score, tmp_path, "a.csv", one, ImportMode.APPEND)),
        noting(importing(score, tmp_path, "b.csv", two, ImportMode.APPEND)),
    )
    assert together(*acts) == []
    assert students(score) == ["1001", "1002", "1003", "1004"]
    assert sum(report.rows_rejected for report in reports) == 1


def test_a_commit_clicked_twice_and_worked_twice_is_one_version(score, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(score_csv([Passes("MATH-1", 3, 1)]), encoding="utf-8")
    receive_file(
        dataset=score, path=path, file_name="a.csv", receipt="a", by=None, at=NOW
    )  # fmt: skip
    run_due(owner="one", now=lambda: NOW)

    def commit():
        commit_draft(draft=ImportDraft.objects.get(), by=None, at=NOW)

    def work(owner: str):
        return lambda: run_due(owner=owner, now=lambda: NOW)

    together(commit, commit)
    assert Job.objects.filter(name="data.commit_import").count() == 1
    assert together(work("one"), work("two")) == []
    assert DatasetVersion.objects.count() == 1

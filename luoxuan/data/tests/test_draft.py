"""A file goes through the wizard: checked, asked about, shown, written once, taken back."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.jobs import run_due
from luoxuan.core.models import AuditEntry, Job
from luoxuan.core.rules import JobState
from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.actions.drafts import (
    DraftClosed,
    DraftNotChecked,
    answer_questions,
    commit_draft,
    discard_draft,
    receive_file,
)
from luoxuan.data.actions.undo import ImportNotUndoable, UndoNeedsReason, undo_import
from luoxuan.data.models import DatasetVersion, Field, HeaderMapping, ImportBatch
from luoxuan.data.models import ImportDraft as Draft
from luoxuan.data.queries import dataset_rows
from luoxuan.data.rules import DraftState, ImportMode
from luoxuan.data.verification import verify_data
from luoxuan.testing.college import HEADER, NOW, Passes, import_text, open_user, score_csv

FIRST = score_csv([Passes("MATH-1", 2, 1)])

HEADERS = HEADER.split(",")


def text_of(*rows: tuple[int, str]) -> str:
    """Return a file of students and their points."""
    lines = [f"{student},MATH-1,MATH,EAST-MATH,2025-1,{points},通过" for student, points in rows]
    return "\n".join([HEADER, *lines]) + "\n"


BAD = text_of((1001, "abc"), (1002, "80"))


def work() -> int:
    """Do what the worker would do."""
    return run_due(owner="test", now=lambda: NOW + timedelta(minutes=1))


def receive(dataset, folder, content, *, name="score.csv", by=None, **named) -> Draft:
    path = folder / "upload"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    receipt = named.pop("receipt", f"{name}:{len(content)}:{Draft.objects.count()}")
    return receive_file(
        dataset=dataset, path=path, file_name=name, receipt=receipt, by=by, at=NOW, **named
    )


def checked(dataset, folder, content, **named) -> Draft:
    draft = receive(dataset, folder, content, **named)
    work()
    draft.refresh_from_db()
    return draft


def written(draft) -> ImportBatch:
    commit_draft(draft=draft, by=None, at=NOW)
    work()
    draft.refresh_from_db()
    assert draft.state == DraftState.DONE
    return draft.batch


def scores(dataset) -> list:
    dataset.refresh_from_db()
    page = dataset_rows(EVERYTHING, dataset)
    return sorted((row["student_id"], row["score"]) for row in page.table.dicts())


def workbook(*rows, headers=HEADERS, extra=()) -> bytes:
    columns = tuple(Column(text) for text in (*headers, *extra))
    return workbook_bytes([Sheet("成绩", columns, rows)])


def test_a_file_is_checked_before_anything_is_stored(score, tmp_path):
    draft = checked(score, tmp_path, FIRST)
    assert (draft.state, draft.report["rows_accepted"]) == (DraftState.CHECKED, 3)
    assert draft.report["changes"]["n_new"] == 3
    assert draft.report["columns"][0] == "student_id"
    assert not DatasetVersion.objects.exists()
    assert not ImportBatch.objects.exists()


def test_a_checked_file_is_written_once_however_often_it_is_asked_for(score, tmp_path):
    draft = checked(score, tmp_path, FIRST)
    commit_draft(draft=draft, by=None, at=NOW)
    commit_draft(draft=draft, by=None, at=NOW)
    assert Job.objects.filter(name="data.commit_import").count() == 1
    work()
    draft.refresh_from_db()
    assert (draft.state, draft.batch.version.number) == (DraftState.DONE, 1)
    with pytest.raises(DraftClosed):
        commit_draft(draft=draft, by=None, at=NOW)
    # The worker was killed before it could say so: taken over, the effect is there once.
    Job.objects.filter(name="data.commit_import").update(
        state=JobState.QUEUED, finished_at=None, confirmed_at=None, lease_until=None
    )
    work()
    assert DatasetVersion.objects.count() == ImportBatch.objects.count() == 1
    assert Job.objects.filter(state=JobState.DONE).count() == 2
    assert verify_data(at=NOW) == []


def test_the_same_receipt_twice_is_one_draft(score, tmp_path):
    first = receive(score, tmp_path, FIRST, receipt="form-1")
    assert receive(score, tmp_path, FIRST, receipt="form-1") == first
    assert Job.objects.count() == 1
    assert AuditEntry.objects.filter(action="receive_file").count() == 1


def test_rejected_rows_are_named_and_the_others_may_be_written(score, tmp_path):
    draft = checked(score, tmp_path, BAD)
    assert [row["cell"] for row in draft.report["errors"]] == ["F2"]
    batch = written(draft)
    assert (batch.rows_accepted, batch.rows_rejected) == (1, 1)
    assert [name for name, _ in scores(score)] == ["1002"]


def test_a_file_without_a_sound_row_cannot_be_written(score, tmp_path):
    draft = checked(score, tmp_path, "\n".join(BAD.splitlines()[:2]) + "\n")
    with pytest.raises(DraftNotChecked) as refused:
        commit_draft(draft=draft, by=None, at=NOW)
    assert refused.value.code == "draft_without_rows"


def test_rows_asked_about_are_counted_once_when_keys_are_held_already(score, tmp_path):
    import_text(text_of((1001, "70"), (1002, "80")), tmp_path)
    Field.objects.filter(dataset=score, name="score").update(asks=["missing"])
    again = text_of((1001, "70"), (1002, "80"), (1003, ""), (1004, "x"), (1005, "90"))
    report = checked(score, tmp_path, again, mode=ImportMode.APPEND).report
    counts = [report[f"rows_{name}"] for name in ("read", "accepted", "asked", "rejected")]
    assert counts == [5, 1, 1, 3]


def test_what_waits_or_is_dropped_is_not_written(score, tmp_path):
    draft = receive(score, tmp_path, FIRST)
    with pytest.raises(DraftNotChecked):
        commit_draft(draft=draft, by=None, at=NOW)
    discard_draft(draft=draft, by=None, at=NOW)
    work()
    draft.refresh_from_db()
    assert draft.state == DraftState.DISCARDED
    with pytest.raises(DraftClosed):
        answer_questions(draft=draft, by=None, at=NOW)
    with pytest.raises(DraftClosed):
        discard_draft(draft=draft, by=None, at=NOW)


def test_a_question_is_asked_and_nothing_is_stored_until_it_is_answered(score, tmp_path):
    Field.objects.filter(dataset=score, name="score").update(asks=["missing"])
    draft = checked(score, tmp_path, text_of((1001, "")))
    assert draft.state == DraftState.ASKING
    [question] = draft.report["questions"]
    assert (question["cell"], question["kind"]) == ("F2", "cell")
    with pytest.raises(DraftNotChecked):
        commit_draft(draft=draft, by=None, at=NOW)
    answer_questions(draft=draft, by=None, at=NOW, answers={question["id"]: "61.5"})
    work()
    draft.refresh_from_db()
    assert draft.state == DraftState.CHECKED
    assert written(draft).answers == {question["id"]: "61.5"}
    assert [str(points) for _, points in scores(score)] == ["61.5"]


def test_a_column_that_was_mapped_is_remembered_for_the_next_file(score, tmp_path):
    headers = ["号码", *HEADER.split(",")[1:]]
    row = ("1001", "MATH-1", "MATH", "EAST-MATH", "2025-1", "75", "通过")
    draft = checked(score, tmp_path, workbook(row, headers=headers), name="a.xlsx")
    assert draft.state != DraftState.CHECKED
    assert "号码" in draft.report["headers"]
    answer_questions(draft=draft, by=None, at=NOW, mapping={"号码": "student_id"})
    work()
    draft.refresh_from_db()
    assert draft.state == DraftState.CHECKED
    written(draft)
    assert HeaderMapping.objects.get(header="号码").field == "student_id"
    other = ("1002", *row[1:])
    again = checked(score, tmp_path, workbook(row, other, headers=headers), name="b.xlsx")
    assert (again.state, again.report["changes"]["n_new"]) == (DraftState.CHECKED, 1)


def test_an_extra_column_of_a_workbook_is_left_out_by_choice_and_then_without_a_word(
    score, tmp_path
):
    row = ("1001", "MATH-1", "MATH", "EAST-MATH", "2025-1", "75", "通过", "很好")
    draft = checked(score, tmp_path, workbook(row, extra=["评语"]), name="a.xlsx")
    assert [one["id"] for one in draft.report["questions"]] == ["extra_column:评语"]
    answer_questions(draft=draft, by=None, at=NOW, mapping={"评语": ""})
    work()
    draft.refresh_from_db()
    written(draft)
    again = checked(score, tmp_path, workbook(row, extra=["评语"]), name="b.xlsx")
    assert again.state == DraftState.CHECKED


def test_the_preview_says_what_changes_by_key(score, tmp_path):
    import_text(FIRST, tmp_path)
    text = text_of((1001, "90"), (1002, "75.5"), (1009, "60"))
    found = checked(score, tmp_path, text).report["changes"]
    assert [found[f"n_{name}"] for name in ("new", "changed", "same", "removed")] == [1, 1, 1, 1]
    assert found["changed"][0]["fields"] == [["score", "75.5", "90.0"]]
    merged = checked(score, tmp_path, text, mode=ImportMode.MERGE).report["changes"]
    assert merged["n_removed"] == 0


def test_undo_restores_what_was_there(score, tmp_path):
    import_text(FIRST, tmp_path)
    before = scores(score)
    batch = written(checked(score, tmp_path, text_of((2000, "60"))))
    with pytest.raises(UndoNeedsReason):
        undo_import(batch=batch, by=None, at=NOW, reason=" ")
    version = undo_import(batch=batch, by=None, at=NOW, reason="选错了文件")
    assert (version.number, version.mode, scores(score)) == (3, "undo", before)
    batch.refresh_from_db()
    assert (batch.undone_in, batch.undone_reason) == (version, "选错了文件")
    assert AuditEntry.objects.get(action="undo_import").facts["reason"] == "选错了文件"
    assert verify_data(at=NOW) == []
    with pytest.raises(ImportNotUndoable) as refused:
        undo_import(batch=batch, by=None, at=NOW, reason="再来")
    assert refused.value.code == "import_undone_already"


def test_undo_is_refused_when_another_version_came_after(score, tmp_path):
    import_text(FIRST, tmp_path)
    first = ImportBatch.objects.get()
    import_text(score_csv([Passes("WELD-1", 1, 0)]), tmp_path)
    with pytest.raises(ImportNotUndoable) as refused:
        undo_import(batch=first, by=None, at=NOW, reason="晚了")
    assert refused.value.code == "import_followed_by_others"
    assert DatasetVersion.objects.count() == 2


def test_the_first_import_of_all_can_be_undone_and_made_again(score, tmp_path):
    batch = written(checked(score, tmp_path, FIRST))
    undo_import(batch=batch, by=None, at=NOW, reason="试一试")
    assert scores(score) == []
    assert import_text(FIRST, tmp_path).version == 3


@pytest.fixture
def office(score, client):
    user = open_user("office")
    client.force_login(user)
    return client


def send(client, content, name="score.csv", **data):
    page = client.get("/data/score/import/")
    receipt = page.context["form"].initial["receipt"]
    file = SimpleUploadedFile(name, content if isinstance(content, bytes) else content.encode())
    return client.post(
        "/data/score/import/", {"file": file, "mode": "replace", "receipt": receipt, **data}
    )


def test_the_wizard_by_page(office, score):
    answer = send(office, BAD)
    assert answer.status_code == 302
    waiting = office.get(answer.url, follow=True)
    assert "还没有写入任何数据" in waiting.content.decode()
    work()
    page = office.get(answer.url, follow=True)
    text = page.content.decode()
    assert "不是数字" in text or "F2" in text
    assert "跳过这 1 行" in text
    draft = Draft.objects.get()
    errors = office.get(reverse("data:draft_errors", args=[draft.pk]) + "?rows=failed")
    sheet = openpyxl.load_workbook(BytesIO(errors.content)).worksheets[0]
    found = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert found[0][-2:] == ["错误", "原行号"]
    assert (found[1][0], found[1][5], found[1][-1], len(found)) == ("1001", "abc", 2, 2)
    preview = office.get(reverse("data:draft_preview", args=[draft.pk])).content.decode()
    assert "写入 1 行（跳过 1 行）" in preview
    commit = office.post(reverse("data:draft_commit", args=[draft.pk]), follow=True)
    assert "正在写入" in commit.content.decode()
    work()
    result = office.get(answer.url, follow=True)
    assert "撤销这次导入" in result.content.decode()
    batch = ImportBatch.objects.get()
    undo = reverse("data:import_batch_undo", args=[batch.pk])
    assert office.post(undo, {"reason": ""}).status_code == 422
    assert office.post(undo, {"reason": "选错了"}).status_code == 302
    assert scores(score) == []


def test_a_page_without_a_sound_row_offers_nothing_to_write(office, score, tmp_path):
    import_text(text_of((1009, "80")), tmp_path)
    answer = send(office, "\n".join(BAD.splitlines()[:2]) + "\n")
    work()
    for name in ("check", "preview"):
        url = reverse(f"data:draft_{name}", args=[Draft.objects.get().pk])
        page = office.get(url).content.decode()
        assert "没有一行可以写入" in page
        assert "下一步：预览" not in page
        assert "写入 0 行" not in page
        assert "替换会去掉" not in page
    commit = answer.url.rstrip("/") + "/commit/"
    assert "没有一行可以写入" in office.post(commit, follow=True).content.decode()


def test_a_corrected_file_takes_the_place_of_the_first_and_is_asked_nothing_twice(office, score):
    Field.objects.filter(dataset=score, name="score").update(asks=["missing"])
    text = text_of((1001, ""), (1002, "X"))
    send(office, text)
    work()
    draft = Draft.objects.get()
    check = reverse("data:draft_check", args=[draft.pk])
    office.post(check, {"answer-0": "__text__", "answer-0-text": "55"})
    work()
    file = SimpleUploadedFile("score.csv", text.replace(",X,", ",77,").encode())
    office.post(reverse("data:draft_file", args=[draft.pk]), {"file": file, "receipt": "second"})
    work()
    draft.refresh_from_db()
    fresh = Draft.objects.latest("pk")
    assert (draft.state, fresh.state) == (DraftState.DISCARDED, DraftState.CHECKED)
    assert fresh.report["rows_accepted"] == 2


def test_a_refused_file_says_why_and_stores_nothing(office, score):
    answer = send(office, "完全,不同,的,列\n1,2,3,4\n")
    work()
    page = office.get(answer.url, follow=True).content.decode()
    assert "什么都没有写入" in page
    assert not ImportBatch.objects.exists()


def test_a_column_can_be_mapped_by_page(office, score):
    text = FIRST.replace("学号", "号码", 1)
    answer = send(office, text)
    work()
    draft = Draft.objects.get()
    columns = reverse("data:draft_columns", args=[draft.pk])
    page = office.get(columns)
    assert "号码" in page.content.decode()
    assert office.post(columns, {"column-0": "score"}).status_code == 422
    office.post(columns, {"column-0": "student_id"})
    work()
    assert "下一步：预览" in office.get(answer.url, follow=True).content.decode()

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions import import_file
from luoxuan.data.models import Check, CheckResult, Dataset
from luoxuan.data.quality.actions import CheckRefused, run_lagging_checks
from luoxuan.data.quality.queries import rows_hit
from luoxuan.data.quality.records import CHECKS
from luoxuan.data.quality.rules import CheckKind, Measured, Severity
from luoxuan.data.queries import dataset_rows
from luoxuan.data.rules import ImportMode
from luoxuan.testing.college import NOW, Passes, score_csv

from .conftest import PASSES


def run(**named):
    return run_lagging_checks(by=None, at=NOW, **named)


def result(check):
    return CheckResult.objects.filter(rule=check).latest("number")


def test_each_kind_over_rows_counts_what_it_looks_at_and_hits(rule, score, add_rows):
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,,通过")
    checks = {
        rule(CheckKind.COMPLETENESS, fields=["score"]): (31, 1),
        # The missing score is not judged: 8 of 30 have 40 points.
        rule(CheckKind.VALIDITY, condition="得分 >= 60"): (30, 8),
        rule(CheckKind.UNIQUENESS, fields=["class_code", "score"]): (30, 29),
        rule(
            CheckKind.REFERENCE, reference=score, matches={"student_id": "student_id"}
        ): (31, 0),
        rule(
            CheckKind.CONSISTENCY, reference=score, matches={"student_id": "student_id"},
            fields=["result"], other_field="class_code",
        ): (31, 31),
    }  # fmt: skip
    report = run()
    assert {check: (result(check).n_rows, result(check).n_bad) for check in checks} == checks
    assert (report.n_checks, report.n_bad) == (5, 69)
    for check, (_, n_bad) in checks.items():
        assert rows_hit(EVERYTHING, check).n_rows == n_bad
    assert run().n_checks == 0


def test_a_count_of_rows_is_compared_with_a_field_of_another_dataset(rule, score):
    # No student has as many rows as points.
    check = rule(
        CheckKind.CONSISTENCY, reference=score, matches={"student_id": "student_id"},
        measured=Measured.COUNT, other_field="score",
    )  # fmt: skip
    run()
    assert (result(check).n_rows, result(check).n_bad) == (30, 30)


def test_shares_stand_by_unit_and_period(rule):
    check = rule(condition="得分 >= 60")
    run()
    assert result(check).shares == [["EAST-MATH", "2025-1", 20, 6], ["WEST", "2025-1", 10, 2]]


def test_a_refusing_rule_keeps_rows_out_and_says_why(rule, add_rows):
    rule(condition="得分 >= 60 或 结果 = '不通过'", severity=Severity.REFUSE)
    report = add_rows(
        "7001,MATH-1,MATH,EAST-MATH,2025-1,40,通过", "7002,MATH-1,MATH,EAST-MATH,2025-1,66,通过"
    )
    assert (report.rows_accepted, report.rows_rejected) == (1, 1)
    assert [(row["row"], row["code"]) for row in report.errors] == [(2, "check_refuses")]


def test_a_period_without_rows_after_its_day_is_late(rule):
    check = rule(CheckKind.TIMELINESS, days=30)
    run()
    shares = result(check).shares
    assert all(bad in (0, 1) for *_, bad in shares)
    assert result(check).n_rows == len(shares)


def test_a_rule_that_no_longer_fits_stops_no_other(rule):
    broken, sound = rule(condition="得分 >= 60"), rule(CheckKind.COMPLETENESS, fields=["score"])
    broken.condition = "没有的字段 > 1"
    broken.save()
    run()
    assert "not_judged" in result(broken).facts
    assert result(sound).n_rows == 30


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        (CheckKind.VALIDITY, {}, "check_incomplete"),
        (CheckKind.VALIDITY, {"condition": "得分 +"}, "check_bad_formula"),
        (CheckKind.VALIDITY, {"condition": "得分 + 1"}, "check_not_a_condition"),
        (CheckKind.COMPLETENESS, {"fields": ["nothing"]}, "check_bad_field"),
        (CheckKind.REFERENCE, {"matches": {"term": "term"}}, "check_incomplete"),
        (CheckKind.DRIFT, {"measured": Measured.MEAN, "most_change": Decimal(5)},
         "check_incomplete"),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_judged_is_refused(rule, kind, values, code):
    with pytest.raises(CheckRefused) as refused:
        rule(kind, **values)
    assert refused.value.code == code


def test_writing_a_rule_is_audited_and_its_code_is_taken(rule):
    check = rule(condition="得分 >= 60")
    assert AuditEntry.objects.filter(action="create_check", object_key=check.code).exists()
    with pytest.raises(CheckRefused):
        rule(condition="得分 >= 60")


def test_the_results_are_published_as_a_dataset(rule, score):
    dataset = Dataset.objects.create(name=CHECKS, title="校验记录", is_system=True)
    for place, (name, kind) in enumerate(
        [("rule", "text"), ("unit_code", "text"), ("rows", "integer"), ("bad", "integer")]
    ):
        dataset.fields.create(position=place, name=name, title=name, type=kind)
    check = rule(condition="得分 >= 60")
    assert run().version == 1
    dataset.refresh_from_db()
    rows = dataset_rows(EVERYTHING, dataset).table.rows
    assert [row[:4] for row in rows] == [
        (check.code, "EAST-MATH", 20, 6), (check.code, "WEST", 10, 2)
    ]  # fmt: skip
    assert run(again=True).version is None


def test_a_delivery_that_drifts_is_asked_about_and_stored_when_accepted(
    rule, score, tmp_path, add_rows
):
    rule(CheckKind.DRIFT, measured=Measured.ROWS, most_change=Decimal(20))
    fewer = score_csv([Passes("MATH-1", 9, 1)]).splitlines()[1:]
    report = add_rows(*fewer, mode=ImportMode.REPLACE)
    (question,) = report.questions
    assert (question["code"], question["facts"]["before"], question["facts"]["after"]) == (
        "drifted", "30", "10",
    )  # fmt: skip
    assert score.current_number == 1
    near = score_csv([*PASSES[:2], Passes("WELD-1", 8, 1)]).splitlines()[1:]
    assert add_rows(*near, mode=ImportMode.REPLACE).version == 2


def test_the_mean_of_what_is_appended_is_compared_with_all_that_is_held(rule, add_rows):
    rule(CheckKind.DRIFT, measured=Measured.MEAN, fields=["score"], most_change=Decimal(10))
    report = add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,99,通过")
    assert [one["facts"]["after"] for one in report.questions] == ["99"]


def test_a_rule_over_two_datasets_is_declared_and_judged_by_page(score, users, client):
    roster = Dataset.objects.create(name="roster", title="名单", current_number=0)
    for place, name in enumerate(("student_id", "class_code")):
        roster.fields.create(position=place, name=name, title=name, type="text")
    rows = ["1001,MATH-1", "1002,MATH-2"]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "roster.csv"
        path.write_text("\n".join(["student_id,class_code", *rows]) + "\n", encoding="utf-8")
        import_file(dataset=roster, path=path, by=None, at=NOW)
    sent = {
        "title": "名单与成绩的教学班一致", "code": "roster.class_agrees", "dataset": "roster",
        "kind": "consistency", "severity": "warning", "fields_text": "class_code",
        "reference": "score", "matches_text": "student_id=student_id",
        "other_field": "class_code", "measured": "value", "is_active": "on",
    }  # fmt: skip
    client.force_login(users["office"])
    assert client.post("/data/checks/new/", {**sent, "preview": "1"}).status_code == 200
    assert client.post("/data/checks/new/", sent).status_code == 302
    run()
    check = Check.objects.get(code="roster.class_agrees")
    assert (result(check).n_rows, result(check).n_bad) == (2, 1)
    page = client.get("/data/checks/roster.class_agrees/rows/").content.decode()
    assert "1002" in page
    assert "1001" not in page

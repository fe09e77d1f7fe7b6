"""Changing the standard here: definitions, refusals, marks, workbook."""

import pytest
from django.utils import translation

from luoxuan.core.configuration import PackageConflict, PackageUnreadable
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions.definitions import StandardContradicted
from luoxuan.data.models import Dataset, DatasetDefinition, DatasetVersion
from luoxuan.data.standard.actions import (
    Declared,
    StandardRefused,
    apply_standard,
    current_table,
    plan_standard,
)
from luoxuan.data.standard.queries import findings
from luoxuan.data.standard.rules import differences
from luoxuan.testing.college import (
    NOW,
    SMALL,
    Passes,
    import_text,
    load_definitions,
    open_user,
    score_csv,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filled(score, tmp_path) -> Dataset:
    import_text(score_csv([Passes("MATH-1", 9, 1)]), tmp_path)
    score.refresh_from_db()
    return score


def change(dataset, field="", **values):
    """Change a dataset, or one of its fields, and return the definition that this made."""
    table = current_table(dataset)
    if field:
        table["field"] = [
            {**entry, **values} if entry["name"] == field else entry for entry in table["field"]
        ]
    else:
        table |= values
    apply_standard(declared=Declared({dataset.name: table}), by=None, at=NOW, reason="试")
    dataset.refresh_from_db()
    return DatasetDefinition.objects.filter(dataset=dataset).first()


def test_a_package_leaves_the_first_definition(score):
    (definition,) = DatasetDefinition.objects.filter(dataset=score)
    assert (definition.number, definition.origin, score.definition_number) == (1, "small@1", 1)
    assert definition.content["fields"][0]["name"] == "student_id"


def test_a_change_adds_a_definition_with_reason_and_audit(score):
    office = open_user("office")
    table = {**current_table(score), "title": "学生成绩"}
    apply_standard(declared=Declared({"score": table}), by=office, at=NOW, reason="改名")
    newest, first = DatasetDefinition.objects.filter(dataset=score)
    assert (newest.number, newest.reason, newest.by, newest.origin) == (
        2,
        "改名",
        office,
        "local@1",
    )
    (one,) = differences(first.content, newest.content)
    assert (one.name, one.before, one.after) == ("title", "成绩", "学生成绩")
    assert first.valid_to == newest.valid_from
    assert AuditEntry.objects.filter(object_key="score", facts__origin="local@1").exists()


def test_the_same_change_twice_is_one_definition(score):
    change(score, title="学生成绩")
    change(score, title="学生成绩")
    assert DatasetDefinition.objects.filter(dataset=score).count() == 2


def test_words_and_duties_together_are_one_definition(score):
    table = {**current_table(score), "title": "学生成绩"}
    duties = {"owner_unit": "EAST", "collector": "EAST", "auditor": "", "recipients": [],
              "due_day": 7}  # fmt: skip
    declared = Declared({"score": table}, {"score": duties})
    apply_standard(declared=declared, by=None, at=NOW)
    newest = DatasetDefinition.objects.filter(dataset=score).first()
    assert newest.number == 2
    assert newest.content["duties"] == duties


def test_a_version_keeps_the_definition_that_checked_its_rows(filled, tmp_path):
    change(filled, title="学生成绩")
    import_text(score_csv([Passes("MATH-1", 8, 2)]), tmp_path)
    numbers = DatasetVersion.objects.filter(dataset=filled).order_by("number")
    assert list(numbers.values_list("definition_number", flat=True)) == [1, 2]


def test_who_saw_an_older_definition_overwrites_nothing(score):
    change(score, title="学生成绩")
    table = {**current_table(score), "title": "分数"}
    with pytest.raises(StandardRefused) as refused:
        apply_standard(declared=Declared({"score": table}, numbers={"score": 1}), by=None, at=NOW)
    assert refused.value.code == "standard_moved"
    assert Dataset.objects.get(name="score").title == "学生成绩"


def test_a_local_change_is_a_conflict_for_its_package(score):
    change(score, title="学生成绩")
    with pytest.raises(PackageConflict):
        load_definitions(SMALL)
    assert Dataset.objects.get(name="score").title == "学生成绩"


@pytest.mark.parametrize(
    ("field", "values", "code"),
    [
        ("score", {"minimum": 50}, "standard_breaks_minimum"),
        ("score", {"maximum": 60}, "standard_breaks_maximum"),
        ("class_code", {"pattern": "WELD.*"}, "standard_breaks_pattern"),
        ("", {"key": ["class_code"]}, "standard_breaks_key"),
        ("score", {"type": "text"}, "package_field_fixed"),
        ("score", {"decimals": 0}, "package_field_fixed"),
    ],
)
def test_what_stored_rows_break_is_refused(filled, field, values, code):
    with pytest.raises((StandardContradicted, PackageUnreadable)) as refused:
        change(filled, field, **values)
    assert refused.value.code == code
    assert DatasetDefinition.objects.filter(dataset=filled).count() == 1


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("score", {"minimum": 40, "maximum": 90}),
        ("score", {"required": True}),
        ("class_code", {"pattern": "MATH-[0-9]"}),
        ("", {"key": ["student_id"]}),
    ],
)
def test_a_narrower_field_that_stored_rows_meet_is_taken(filled, field, values):
    assert change(filled, field, **values).number == 2


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"pattern": "(a)\\1"}, "package_bad_pattern"),
        ({"formula": "成绩 +"}, "standard_bad_formula"),
        ({"minimum": 9, "maximum": 1}, "standard_bad_limit"),
        ({"code_list": "nothing"}, "package_unknown_code_list"),
        ({"minimum": "abc"}, "package_bad_number"),
    ],
)
def test_a_field_that_cannot_be_is_refused(score, values, code):
    with pytest.raises((StandardRefused, PackageUnreadable)) as refused:
        change(score, "score", **values)
    assert refused.value.code == code


def test_the_refusal_of_a_formula_says_where(score):
    with translation.override("en"), pytest.raises(StandardRefused) as refused:
        change(score, "score", formula="1 +")
    assert "Character" in str(refused.value.facts["reason"])


def test_a_field_with_values_cannot_be_withdrawn(filled):
    table = current_table(filled)
    table["field"] = [one for one in table["field"] if one["name"] != "result"]
    with pytest.raises(StandardRefused) as refused:
        apply_standard(declared=Declared({"score": table}), by=None, at=NOW)
    assert refused.value.code == "standard_field_held"


def test_a_field_that_a_measure_counts_cannot_be_withdrawn(score):
    table = current_table(score)
    table["field"] = [one for one in table["field"] if one["name"] != "score"]
    with pytest.raises(PackageUnreadable) as refused:
        apply_standard(declared=Declared({"score": table}), by=None, at=NOW)
    assert refused.value.code == "package_breaks_measure"
    assert score.fields.filter(name="score").exists()


def test_a_field_of_no_use_is_added_and_withdrawn(filled):
    table = current_table(filled)
    entry = {"name": "remark", "title": "备注", "type": "text"}
    declared = Declared({"score": {**table, "field": [*table["field"], entry]}})
    apply_standard(declared=declared, by=None, at=NOW)
    assert filled.fields.filter(name="remark").exists()
    apply_standard(declared=Declared({"score": table}), by=None, at=NOW)
    assert not filled.fields.filter(name="remark").exists()
    assert DatasetDefinition.objects.filter(dataset=filled).count() == 3


def test_a_code_that_rows_hold_stays_in_its_list(filled):
    with pytest.raises(StandardContradicted) as refused:
        apply_standard(
            declared=Declared(code_lists={"result": [["通过", "通过", ""]]}), by=None, at=NOW
        )
    assert refused.value.code == "standard_breaks_code_list"


def test_a_field_that_repeats_another_must_be_like_it(score):
    extra = {
        "title": "复测",
        "field": [{"name": "score", "title": "得分", "type": "integer", "owned_by": "score.score"}],
    }
    with pytest.raises(StandardContradicted) as refused:
        apply_standard(declared=Declared({"retest": extra}), by=None, at=NOW)
    assert refused.value.code == "standard_owner_differs"
    extra["field"][0] |= {"type": "decimal", "decimals": 1}
    apply_standard(declared=Declared({"retest": extra}), by=None, at=NOW)
    repeats = [one for one in findings() if one.rule == "standard.repeats_owned"]
    assert repeats == []


def test_a_dataset_may_not_take_the_address_of_a_page(score):
    told = {"title": "x", "field": [{"name": "a", "title": "a", "type": "text"}]}
    with pytest.raises(PackageUnreadable) as refused:
        plan_standard(Declared({"codes": told}))
    assert refused.value.code == "package_reserved_name"

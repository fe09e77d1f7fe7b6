"""Statistics: exact, by the reader's scope, silent about few persons."""

from decimal import Decimal

import pytest
from django.test import Client

from luoxuan.campus.actions import SubjectSpec, record_subjects
from luoxuan.campus.models import Person
from luoxuan.campus.queries import Rights, scope_for, subject_at
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.data.directory.actions import keep_statistic, remove_statistic
from luoxuan.data.directory.queries import countable, statistics_of
from luoxuan.data.directory.statistics import (
    StatisticUnfit,
    count,
    fields_used,
    groupable,
    own_scope,
    person_field,
    rows_sql,
    statistic_scope,
)
from luoxuan.data.formula import FormulaRefused
from luoxuan.data.models import Statistic
from luoxuan.data.queries import dataset_rows, field_infos
from luoxuan.testing.college import NOW, open_user

BUILD = "/data/statistics/new/?dataset=score&function=COUNT&group=class_code&group_2=&field="


def statistic(dataset, **told) -> Statistic:
    return Statistic(
        **{"dataset": dataset, "function": "COUNT", "groups": [], "title": "表", **told}
    )


def values(counts) -> dict:
    return {one.groups: one.value for one in counts.figures}


def test_rows_are_counted_by_group_and_few_persons_are_hidden(filled):
    counts = count(EVERYTHING, statistic(filled, groups=["class_code"]))
    assert values(counts) == {("MATH-1",): 10, ("MATH-2",): 10, ("WELD-1",): None}
    hidden = [one for one in counts.figures if one.is_hidden]
    assert [one.groups for one in hidden] == [("WELD-1",)]
    assert hidden[0].n_rows is None


def test_beside_a_hidden_line_stands_no_total_that_would_tell_it(filled):
    groups = statistic(filled, groups=["class_code"])
    assert count(EVERYTHING, groups).total is None
    groups.condition = '【教学班】 != "WELD-1"'
    total = count(EVERYTHING, groups).total
    assert total is not None
    assert total.value == 20


def test_a_condition_that_leaves_one_person_gives_no_number(filled):
    (only,) = count(EVERYTHING, statistic(filled, condition='【学号】 = "1001"')).figures
    assert (only.value, only.is_hidden) == (None, True)


@pytest.mark.parametrize(
    ("function", "field", "expected"),
    [
        ("COUNT", "", 10),
        ("PERSONS", "", 10),
        ("SUM", "score", Decimal("719.5")),
        ("MEAN", "score", Decimal("71.950")),
    ],
)
def test_each_function_is_exact(filled, function, field, expected):
    wanted = statistic(filled, groups=["class_code"], function=function, field=field)
    assert values(count(EVERYTHING, wanted))["MATH-1",] == expected


def test_two_groups_make_one_line_for_each_pair(filled):
    counts = count(EVERYTHING, statistic(filled, groups=["course_code", "result"]))
    assert values(counts) == {
        ("MATH", "不通过"): 6,
        ("MATH", "通过"): 14,
        ("WELD", "不通过"): None,
        ("WELD", "通过"): None,
    }


def test_a_reader_counts_his_own_places_only(filled):
    user = open_user("east")
    scope = scope_for(user, Resource.READING_ROWS, Action.VIEW, on=NOW.date())
    counts = count(scope, statistic(filled, groups=["class_code"]))
    assert values(counts) == {("MATH-1",): 10, ("MATH-2",): 10}
    assert counts.total.value == 20


def test_who_holds_no_right_to_rows_counts_what_is_about_him(filled):
    user = open_user("student")
    assert statistic_scope(Rights(user, on=NOW.date())) is None
    spec = SubjectSpec(SubjectKind.STUDENT, "1001", "学生甲", "", "EAST-MATH", "")
    record_subjects(subjects=[spec], origin="test", by=None, at=NOW)
    subject = subject_at(EVERYTHING, kind="STUDENT", code="1001")
    Person.objects.update_or_create(subject=subject, defaults={"user": user})
    user.refresh_from_db()
    rights = Rights(user, on=NOW.date())
    assert list(countable(rights)) == []
    filled.subject_kind, filled.subject_field = "STUDENT", "student_id"
    filled.save()
    assert list(countable(rights)) == [filled]
    scope = statistic_scope(rights)
    assert scope == own_scope(rights) == Scope(subject_ids=frozenset({subject.pk}))
    (only,) = count(scope, statistic(filled), is_own=True).figures
    assert only.value == 1


def test_persons_are_found_by_the_declaration_of_the_dataset(filled):
    assert person_field(filled) == "student_id"
    names = [info.name for info in groupable(filled, field_infos(filled))]
    assert names == ["class_code", "course_code", "unit_code", "term", "result"]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"groups": ["student_id"]}, "statistic_group_unfit"),
        ({"groups": ["nothing"]}, "statistic_group_unfit"),
        ({"function": "SUM", "field": "term"}, "statistic_field_no_number"),
        ({"condition": "【得分】 + 1"}, "statistic_condition_no_boolean"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(filled, told, code):
    with pytest.raises(StatisticUnfit) as refused:
        count(EVERYTHING, statistic(filled, **told))
    assert refused.value.code == code


def test_persons_of_a_table_about_nobody_are_refused(filled):
    filled.fields.update(sensitivity="")
    with pytest.raises(StatisticUnfit) as refused:
        count(EVERYTHING, statistic(filled, function="PERSONS"))
    assert refused.value.code == "statistic_without_persons"


def test_a_mistake_in_the_condition_tells_its_place(filled):
    with pytest.raises(FormulaRefused) as refused:
        count(EVERYTHING, statistic(filled, condition="【得分】 >= 【没有】"))
    assert refused.value.position == 9


def test_the_rows_behind_a_line_are_as_many_as_it_says(filled):
    wanted = statistic(filled, groups=["class_code", "result"], condition="【得分】 > 50")
    condition = rows_sql(wanted, ["MATH-1", "通过"])
    assert dataset_rows(EVERYTHING, filled, condition=condition).n_rows == 9
    assert (
        dataset_rows(EVERYTHING, filled, condition=rows_sql(wanted, ["x' OR '1'='1", None])).n_rows
        == 0
    )


def test_the_fields_of_a_condition_are_fields_of_use(filled):
    wanted = statistic(filled, groups=["result"], condition="【得分】 > 50")
    assert fields_used(wanted, field_infos(filled)) == {"result", "score"}


def test_a_name_is_kept_once_and_its_removal_recorded(filled):
    user = open_user("office")
    kept = [keep_statistic(statistic=statistic(filled), by=user, at=NOW) for _ in range(2)]
    assert kept[0] == kept[1]
    with pytest.raises(StatisticUnfit, match="statistic_title_taken"):
        keep_statistic(statistic=statistic(filled, groups=["term"]), by=user, at=NOW)
    remove_statistic(statistic=kept[0], by=user, at=NOW)
    assert not Statistic.objects.exists()
    actions = list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))
    assert actions[-2:] == ["keep_statistic", "remove_statistic"]


def test_others_see_what_is_shared(filled):
    office, east = open_user("office"), open_user("east")
    keep_statistic(statistic=statistic(filled, is_shared=True), by=office, at=NOW)
    keep_statistic(statistic=statistic(filled, title="草表"), by=office, at=NOW)
    seen = statistics_of(Rights(east, on=NOW.date()))
    assert [row.title for row in seen] == ["表"]


def test_a_statistic_is_built_kept_and_opened_by_page(filled):
    client = Client()
    client.force_login(open_user("office"))
    page = client.get(f"{BUILD}&condition=")
    assert "人数过少" in page.content.decode()
    for _ in range(2):
        answer = client.post(f"{BUILD}&condition=", {"title": "各班人次", "is_shared": "on"})
    kept = Statistic.objects.get()
    assert answer.url == f"/data/statistics/{kept.pk}/"
    rows = client.get(f"{answer.url}rows/?g=%3DMATH-1")
    assert rows.context["page_obj"].paginator.count == 10
    assert AuditEntry.objects.filter(action="read_rows", object_kind="Statistic").exists()
    csv = client.get(f"{answer.url}?format=csv").content.decode("utf-8-sig")
    assert csv.splitlines()[3] == "WELD-1,,,人数过少"


def test_a_wrong_condition_comes_back_with_its_place(filled):
    client = Client()
    client.force_login(open_user("office"))
    page = client.get(f"{BUILD}&condition=【没有】")
    assert page.status_code == 422
    assert "第1个字符" in page.content.decode()

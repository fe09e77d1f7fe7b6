"""What the people of the demonstration college have done so far, by the product's own actions.

The standards of the year's tasks were signed in February. Everything else plays on the day on which
the demonstration stands: October's sheets are in, one date was asked for, an alert of last term was
answered, the loops of some courses and of a student are open, a report waits for its signature.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import Rights, periods, subject_at, subjects
from luoxuan.campus.rules import Action, Resource, SubjectKind, UnitKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.collecting.actions import (
    CollectionValues,
    accept_submission,
    open_collection,
    return_submission,
    save_submission,
    submit_submission,
)
from luoxuan.data.collecting.rules import AskedKind
from luoxuan.data.models import Dataset
from luoxuan.data.quality.actions import request_correction
from luoxuan.data.queries import dataset_rows
from luoxuan.diagnosis.actions import open_term
from luoxuan.diagnosis.queries import template_coded
from luoxuan.goals.actions import (
    ask_deadline_change,
    receive_sheet,
    revise_task,
    sign_standards,
    submit_sheet,
    values_of,
)
from luoxuan.goals.queries import (
    month_coded,
    sheet_units,
    task_months,
    tasks,
    tasks_to_sign,
    tasks_without_standard,
    year_on,
)
from luoxuan.monitoring.actions import answer_alert
from luoxuan.monitoring.queries import alerts
from luoxuan.portal.demonstration.calendar import LAST_TERM, THIS_TERM, TODAY
from luoxuan.portal.demonstration.planted import DROP_COURSE, FAILING_COURSES, MID_TERM_COURSE
from luoxuan.portal.demonstration.platform import report_to_platform
from luoxuan.reports.actions import create_document, submit_document, write_texts
from luoxuan.reports.rules import DocumentKind

_SHEETS = f"{TODAY.year}-{TODAY.month - 1:02d}"


def play(users: Mapping[str, User], *, at: datetime) -> None:
    """Let the people of the college act, each with his own account."""
    _agree_on_standards(users, on=timezone.localdate(at))
    _hand_in_sheets(users, at=at)
    _ask_for_a_date(users, at=at)
    _answer_an_alert(users, at=at)
    _open_loops(users, at=at)
    _hand_in_a_report(users, at=at)
    _collect_rows(users, at=at)
    _point_out_a_mistake(users, at=at)
    report_to_platform(users, at=at)


def _collect_rows(users: Mapping[str, User], *, at: datetime) -> None:
    """Ask the colleges for partner enterprises: one accepted, one waits, one is returned or late.

    The days in enterprises of a teacher are asked of himself.
    """
    colleges = subjects(EVERYTHING, kind=SubjectKind.UNIT).filter(
        unit__kind=UnitKind.SECONDARY_COLLEGE
    )
    partners = CollectionValues(
        dataset=Dataset.objects.get(name="partner_enterprise"),
        title="校企合作企业", due_on=timezone.localdate(at) + timedelta(days=10),
        words="一行一家企业；只报仍在合作的。",
    )  # fmt: skip
    made = open_collection(
        values=partners, subjects=list(colleges), receipt="demonstration:partners",
        by=users["information"], at=at,
    )  # fmt: skip
    for place, row in enumerate(made.submissions.order_by("subject__code")):
        is_own = row.subject.code == "MECHATRONICS"
        if not is_own and place % 3 == 2:
            continue
        sent = [(f"r{n}", cells) for n, cells in enumerate(_partners(row.subject.code), start=1)]
        saved = save_submission(
            submission=row, sent=sent, revision=0, by=users["officer"], at=at,
            opened_at=at - timedelta(minutes=6),
        )  # fmt: skip
        handed = submit_submission(submission=saved, by=users["officer"], at=at)
        if is_own:
            remark = {"row": "r1", "field": "n_posts", "text": "与实习台账不一致，请核对。"}
            return_submission(
                submission=handed, remarks=[remark], reason="", by=users["information"], at=at
            )
        elif place % 3 == 0:
            accept_submission(submission=handed, by=users["information"], at=at)
    late = CollectionValues(
        dataset=Dataset.objects.get(name="enterprise_practice"), title="教师企业实践",
        due_on=timezone.localdate(at) - timedelta(days=1), asked_kind=AskedKind.PERSON,
        period=str(TODAY.year),
    )  # fmt: skip
    own = subjects(EVERYTHING, kind=SubjectKind.TEACHER).filter(grants__user=users["teacher"])
    open_collection(
        values=late, subjects=list(own), receipt="demonstration:practice",
        by=users["information"], at=at - timedelta(days=7),
    )  # fmt: skip


def _partners(code: str) -> list[dict[str, str]]:
    return [
        {"enterprise": f"{code} 合作企业{number}", "since_on": f"202{number}-09-01",
         "partner_kind": kind, "n_posts": str(10 * number)}
        for number, kind in ((1, "实训基地"), (3, "订单培养"))
    ]  # fmt: skip


def _agree_on_standards(users: Mapping[str, User], *, on: date) -> None:
    """Write the standards of the A and B tasks in February and sign them as leader and office.

    ``on`` is a day on which the accounts have their grants.
    """
    year = year_on(TODAY)
    if year is None:
        return
    at = datetime(TODAY.year, 2, 20, 9, tzinfo=timezone.get_current_timezone())
    for task in tasks_without_standard(EVERYTHING, year):
        values = values_of(task)
        agreed = replace(
            values,
            standard_time=f"{task.deadline_on} 前完成",
            standard_quality="成果经分管领导验收，材料齐全并归档。",
            standard_benefit="成果在全校范围应用，有使用部门反馈。",
        )
        revise_task(task=task, values=agreed, by=users["quality"], at=at)
    for name in ("academic", "vice"):
        rights = Rights(users[name], on=on)
        keys = {task.pk for task in tasks_to_sign(rights, year)}
        sign_standards(keys=keys, rights=rights, year=year, at=at)


def _hand_in_sheets(users: Mapping[str, User], *, at: datetime) -> None:
    """Hand in last month's sheets of all offices; the quality office has received all but one."""
    month = month_coded(_SHEETS)
    year = task_months(month)
    if year is None:
        return
    for place, unit in enumerate(sheet_units(EVERYTHING, year)):
        sheet = submit_sheet(unit=unit, month=month, by=users["academic"], at=at)
        if place:
            receive_sheet(sheet=sheet, by=users["quality"], at=at)


def _ask_for_a_date(users: Mapping[str, User], *, at: datetime) -> None:
    task = tasks(EVERYTHING).filter(responsible_unit__code="ACADEMIC", title="教材建设规划").first()
    if task is not None:
        ask_deadline_change(
            task=task,
            asked_on=date(TODAY.year, 12, 18),
            reason="校企合编教材的出版合同未签，书号待批。",
            by=users["academic"],
            at=at,
        )


def _answer_an_alert(users: Mapping[str, User], *, at: datetime) -> None:
    """Answer the alert of one course of last term; its improvement waits for the next reading."""
    course = subject_at(EVERYTHING, kind=SubjectKind.COURSE, code=FAILING_COURSES[0])
    for alert in alerts(EVERYTHING).filter(subject=course, improvement=None):
        answer_alert(
            alert=alert,
            cause_categories=["feedback"],
            cause="实验与理论脱节，单元测验没有及时反馈。",
            measure="每单元后安排一次实验报告讲评，未达标学生两周内补测。",
            responsible=users["course2"],
            due_on=TODAY + timedelta(days=21),
            is_in_place=True,
            by=users["course2"],
            at=at,
        )


def _open_loops(users: Mapping[str, User], *, at: datetime) -> None:
    """Open this term's loops: core courses of a program, on trial elsewhere, and one student."""
    term = periods().get(code=THIS_TERM.code)
    core = _subjects(SubjectKind.COURSE, (MID_TERM_COURSE, DROP_COURSE, FAILING_COURSES[0]))
    open_term(
        subjects=core,
        template=template_coded("ten_steps"),
        period=term,
        is_trial=False,
        by=users["quality"],
        at=at,
    )
    own = subjects(EVERYTHING).filter(grants__user=users["student"])
    open_term(
        subjects=list(own),
        template=template_coded("student_self"),
        period=term,
        is_trial=False,
        by=users["quality"],
        at=at,
    )


def _hand_in_a_report(users: Mapping[str, User], *, at: datetime) -> None:
    """Hand in the course report of last term; it waits for the signature of the program leader."""
    course = subject_at(EVERYTHING, kind=SubjectKind.COURSE, code=FAILING_COURSES[0])
    document = create_document(
        kind=DocumentKind.COURSE_TERM,
        subject=course,
        period=periods().get(code=LAST_TERM.code),
        scope=EVERYTHING,
        by=users["course2"],
        at=at,
    )
    write_texts(
        document=document,
        texts={"summary": "本学期及格率明显低于往年，主要失分在交流电路和实验报告。"},
        scope=EVERYTHING,
        by=users["course2"],
        at=at,
    )
    submit_document(document=document, scope=EVERYTHING, by=users["course2"], at=at)


def _subjects(kind: SubjectKind, codes: tuple[str, ...]) -> list[Subject]:
    return [subject_at(EVERYTHING, kind=kind, code=code) for code in codes]


def _point_out_a_mistake(users: Mapping[str, User], *, at: datetime) -> None:
    """Let the leader of a course say that a score of his is wrong; nobody decided it yet."""
    leader = users.get("course1")
    dataset = Dataset.objects.filter(name="course_result", current_number__gt=0).first()
    if leader is None or dataset is None:
        return
    rights = Rights(leader, on=timezone.localdate(at))
    scope = rights.scope(Resource.CORRECTION, Action.CREATE)
    found = (
        dataset_rows(scope, dataset, condition='"score" IS NOT NULL', limit=1) if scope else None
    )
    if scope is None or found is None or not found.table.rows:
        return
    request_correction(
        dataset=dataset, batch=found.batches[0], row_number=found.table.rows[0][-1],
        field="score", after="86", reason="卷面分漏加了一道大题。", scope=scope, by=leader, at=at,
    )  # fmt: skip

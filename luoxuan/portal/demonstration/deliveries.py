"""What became of the faulty files: kept rows, questions, corrections asked for and decided."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from luoxuan.campus.queries import subject_at
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.data.actions import import_file
from luoxuan.data.models import CorrectionRequest, Dataset
from luoxuan.data.quality.actions import (
    accept_correction,
    confirm_outlier,
    hold_lagging_rows,
    refuse_correction,
    report_number,
    request_correction,
    run_lagging_checks,
)
from luoxuan.data.quality.queries import outliers
from luoxuan.data.queries import dataset_rows
from luoxuan.data.rules import ImportMode
from luoxuan.indicators.blocks import indicator_url
from luoxuan.indicators.queries import indicator_coded, reading_at
from luoxuan.portal.demonstration.calendar import LAST_TERM
from luoxuan.portal.demonstration.delivery_rows import LOW_SCORE
from luoxuan.portal.demonstration.planted import FAILING_COURSES

_FILES = {
    "teaching_rating": "各班评教结果.csv",
    "course_roster": "教学班名单.csv",
    "enterprise_practice": "教师企业实践.csv",
}
# Rows, field, what it should be (a text, or another field), reason and answer.
_CORRECTIONS = (
    (
        '"n_rated" > "n_due"', "n_rated", "n_due", "参评人数多于应评人数。",
        "已核对评教系统，按应评人数更正。",
    ),
    (
        '"score" BETWEEN 84 AND 90', "score", "95.00", "教师认为得分偏低。",
        "与评教系统原始记录一致，不改。",
    ),
)  # fmt: skip


def deliver(folder: Path, users: Mapping[str, User], *, at: datetime) -> None:
    """Import the files, let the checks find what is wrong, and answer a part of it."""
    for name, file_name in _FILES.items():
        import_file(
            dataset=Dataset.objects.get(name=name), path=folder / f"{name}.csv",
            file_name=file_name, mode=ImportMode.APPEND, accept_questions=True,
            by=users["information"], at=at,
        )  # fmt: skip
    hold_lagging_rows(at=at)
    run_lagging_checks(by=None, at=at)
    ratings = Dataset.objects.get(name="teaching_rating")
    for outlier in outliers(EVERYTHING, dataset=ratings).filter(value__startswith=LOW_SCORE):
        reason = "任课教师中途更换，已对照原始问卷，确为这个分数。"
        confirm_outlier(outlier=outlier, reason=reason, by=users["officer"], at=at)
    _correct(ratings, users, at=at)
    _doubt_a_number(users, at=at)


def _correct(ratings: Dataset, users: Mapping[str, User], *, at: datetime) -> None:
    """Ask for two corrections: the office agrees to one and not to the other."""
    for condition, field, better, reason, answer in _CORRECTIONS:
        request = _asked(ratings, condition, field, better, reason, users, at)
        if request is not None and field == "n_rated":
            accept_correction(request=request, answer=answer, by=users["quality"], at=at)
            ratings.refresh_from_db()
        elif request is not None:
            refuse_correction(request=request, answer=answer, by=users["quality"], at=at)


def _asked(
    dataset: Dataset, condition: str, field: str, better: str, reason: str,
    users: Mapping[str, User], at: datetime,
) -> CorrectionRequest | None:  # fmt: skip
    """Let the data officer say that a value should be a text, or what another field says."""
    page = dataset_rows(EVERYTHING, dataset, condition=condition, limit=1)
    if not page.table.rows:
        return None
    row = dict(zip(page.fields, page.table.rows[0], strict=False))
    return request_correction(
        dataset=dataset, batch=page.batches[0], row_number=page.table.rows[0][-1], field=field,
        after=str(row.get(better, better)), reason=reason, scope=EVERYTHING, by=users["officer"],
        at=at,
    )  # fmt: skip


def _doubt_a_number(users: Mapping[str, User], *, at: datetime) -> None:
    """Let a leader, who sees no rows, doubt a pass rate; its owner has not answered yet."""
    code, subject, period = "course.pass_share", FAILING_COURSES[0], LAST_TERM.code
    kind = SubjectKind.COURSE
    reading = reading_at(EVERYTHING, code=code, kind=kind, subject=subject, period=period)
    if reading is None or reading.value is None:
        return
    course = subject_at(EVERYTHING, kind=kind, code=subject)
    report_number(
        dataset=Dataset.objects.get(name="course_result"), subject=course,
        about=f"{indicator_coded(code).title} · {course.name} · {period}",
        about_url=indicator_url(code, kind=kind, subject=subject, period=period),
        before=f"{100 * reading.value:.1f}%", after="",
        reason="与教务会上通报的及格率不一致，请核对缓考是否计入。", by=users["vice"], at=at,
    )  # fmt: skip

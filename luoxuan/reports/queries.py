"""Documents, their files, and what can be reported on. The only door to documents."""

from datetime import date

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import Rights, periods, subjects
from luoxuan.campus.rules import Action, Resource, SubjectKind
from luoxuan.campus.scope import Scope
from luoxuan.core.models import User
from luoxuan.core.todo import MOST_TODOS, TodoItem
from luoxuan.diagnosis.models import Cycle
from luoxuan.diagnosis.queries import covered_periods
from luoxuan.indicators.queries import places_read
from luoxuan.reports.models import Document, DocumentFile
from luoxuan.reports.rules import PERIOD_KINDS, SUBJECT_KINDS, DocumentKind, DocumentState


def documents(scope: Scope, *, reader: User | None) -> QuerySet[Document]:
    """Return the documents「报告」 about subjects in scope, newest first.

    A draft is seen by its author only, a withdrawn one by nobody but by its address. ``reader`` is
    None for a command, which sees all.
    """
    found = Document.objects.filter(scope.q(Document)).select_related(
        "subject", "period", "author", "signer"
    )
    if reader is None:
        return found
    return found.filter(~Q(state=DocumentState.DRAFT) | Q(author=reader))


def document_at(scope: Scope, pk: int, *, reader: User | None) -> Document:
    """Return one document; raises Document.DoesNotExist for hidden and absent alike."""
    return documents(scope, reader=reader).get(pk=pk)


def standing_documents(scope: Scope, *, reader: User | None) -> QuerySet[Document]:
    """Return the documents that were not withdrawn."""
    return documents(scope, reader=reader).filter(withdrawn_at=None)


def newest_edition(kind: str, subject: Subject, period: Period) -> Document | None:
    """Return the newest document of a kind about a subject and period, whatever became of it."""
    found = Document.objects.filter(kind=kind, subject=subject, period=period)
    return found.order_by("-edition").first()


def file_at(document: Document, format_name: str, source_hash: str) -> DocumentFile | None:
    """Return the file made of exactly this source, or None while there is none."""
    found = DocumentFile.objects.filter(document=document, format=format_name)
    return found.filter(source_hash=source_hash).first()


def files_of(document: Document, source_hash: str) -> list[DocumentFile]:
    """Return the files made of exactly this source."""
    found = DocumentFile.objects.filter(document=document, source_hash=source_hash)
    return list(found.order_by("format"))


def subjects_to_report(scope: Scope, kind: DocumentKind) -> QuerySet[Subject]:
    """Return the subjects in scope that documents of a kind are about."""
    return subjects(scope, kind=SubjectKind(SUBJECT_KINDS[kind])).order_by("code")


def periods_to_report(kind: DocumentKind, *, on: date) -> QuerySet[Period]:
    """Return the periods that documents of a kind are about and that have begun, newest first.

    Of the kinds of period that fit, the first that the college has; one without dates has begun.
    """
    begun = periods().filter(Q(start_on=None) | Q(start_on__lte=on))
    for period_kind in PERIOD_KINDS[kind]:
        found = begun.filter(kind=period_kind)
        if found.exists():
            return found.order_by("-start_on", "-position")
    return begun.none()


def periods_with_something(found: QuerySet[Period], courses: QuerySet[Subject]) -> list[Period]:
    """Return the periods in which a course of these was taught, measured or in a loop."""
    classes = Subject.objects.filter(parent__in=courses, kind=SubjectKind.TEACHING_CLASS)
    about = {
        *courses.order_by().values_list("kind", "code"),
        *classes.order_by().values_list("kind", "code"),
    }
    places = places_read([SubjectKind.COURSE, SubjectKind.TEACHING_CLASS])
    read = {period for kind, code, period in places if (kind, code) in about}
    looped = set(
        Cycle.objects.filter(subject__in=courses).order_by().values_list("period_id", flat=True)
    )
    return [row for row in found if row.pk in looped or not read.isdisjoint(covered_periods(row))]


def todos(rights: Rights, *, on: date) -> list[TodoItem]:
    """Return the documents the user has to finish and those that wait for his signature."""
    own = Q(author=rights.user, state__in=[DocumentState.DRAFT, DocumentState.RETURNED])
    wanted = own
    scope = rights.scope(Resource.DOCUMENT, Action.APPROVE)
    if scope is not None:
        waiting = Q(state=DocumentState.SUBMITTED) & ~Q(author=rights.user)
        wanted |= waiting & scope.q(Document)
    is_other = Case(When(own, then=Value(0)), default=Value(1))
    found = Document.objects.filter(wanted, withdrawn_at=None)
    return [
        _todo(
            row,
            gettext("签发报告：%(title)s")
            if row.state == DocumentState.SUBMITTED
            else gettext("完成报告：%(title)s"),
        )
        for row in found.order_by(is_other, "-created_at", "-id")[: 2 * MOST_TODOS]
    ]


def _todo(row: Document, words: str) -> TodoItem:
    url = reverse("reports:document_detail", args=[row.pk])
    return TodoItem(title=words % {"title": row.title}, url=url, kind=gettext("报告"))

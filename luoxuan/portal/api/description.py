"""Every address of the interface, and its description for programs."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop

from luoxuan.campus.guard import guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.portal.api import alarms, datasets, events, measured, places, reported, work
from luoxuan.portal.api.operations import Operation, endpoint
from luoxuan.portal.api.schema import openapi


@guarded(Resource.HOME, Action.VIEW)
@endpoint("openapi.json", Operation("GET", gettext_noop("接口说明")))
def description(request: HttpRequest) -> dict[str, Any]:
    """Return the description of the interface, itself included."""
    return openapi(VIEWS)


VIEWS = (
    description,
    datasets.dataset_list,
    datasets.row_list,
    measured.indicator_list,
    measured.reading_list,
    measured.reading_rows,
    alarms.alert_list,
    alarms.alert_detail,
    work.improvement_list,
    work.task_list,
    reported.document_list,
    reported.document_detail,
    places.subject_list,
    events.event_list,
    work.job_detail,
)

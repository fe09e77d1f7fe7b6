"""Addresses of the interface, as its views declare them."""

from typing import Any

from django.http import HttpRequest
from django.urls import path
from django.utils.translation import gettext_noop

from luoxuan.campus.guard import guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.portal.api import datasets, measured, places, work
from luoxuan.portal.api.operations import Operation, address_of, endpoint
from luoxuan.portal.api.schema import openapi

app_name = "api"


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
    work.alert_list,
    work.improvement_list,
    work.task_list,
    work.job_detail,
    places.subject_list,
)
urlpatterns = [path(address_of(view), view, name=view.__name__) for view in VIEWS]

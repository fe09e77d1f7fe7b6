"""The description of the interface for people: a page drawn from the same document."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from luoxuan.campus.guard import declaration_of, guarded
from luoxuan.campus.rules import Action, Resource, roles
from luoxuan.indicators.blocks import localized
from luoxuan.portal.api.description import VIEWS
from luoxuan.portal.api.operations import Operation, address_of, operations_of
from luoxuan.portal.api.schema import openapi, path_of


@dataclass(frozen=True, slots=True)
class GuideEntry:
    """One operation of the interface as the page shows it「接口条目」."""

    anchor: str
    method: str
    path: str
    title: str
    parameters: list[dict[str, Any]]
    members: list[str]
    needs: str
    example: str


@require_safe
@guarded(Resource.HOME, Action.VIEW)
def api_guide(request: HttpRequest) -> HttpResponse:
    """Show each address of the interface「接口说明」, what it needs and how it is asked."""
    document = openapi(VIEWS)
    host = f"{request.scheme}://{request.get_host()}"
    entries = [
        _entry(document, view, operation, host)
        for view in VIEWS
        for operation in operations_of(view)
    ]
    return render(request, "portal/api_guide.html", {"entries": entries})


def _entry(
    document: dict[str, Any], view: Callable[..., Any], operation: Operation, host: str
) -> GuideEntry:
    described = document["paths"][path_of(view)][operation.method.lower()]
    answer = described["responses"]["200"]["content"]["application/json"]["schema"]
    row = answer["properties"]["rows"]["items"] if operation.is_paged else answer
    return GuideEntry(
        anchor=described["operationId"],
        method=operation.method,
        path=f"/api{path_of(view)}",
        title=described["summary"],
        parameters=[_parameter(one) for one in described["parameters"]],
        members=list(row.get("properties", {})),
        needs=_needs(view, operation),
        example=_example(view, operation, host),
    )


def _parameter(described: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": described["name"],
        "about": described.get("description", ""),
        "values": described["schema"].get("enum", []),
        "is_required": described.get("required", False),
    }


def _needs(view: Callable[..., Any], operation: Operation) -> str:
    """Return the roles that may do it, somewhere."""
    declared = declaration_of(view)
    resource = declared.resource if declared else None
    action = declared.action_of(operation.method) if declared else None
    if operation.takes_key:
        # Pushing rows is importing them.
        resource, action = Resource.IMPORT, Action.CREATE
    held = [role for role in roles().values() if (resource, action) in role.allowed]
    if len(held) == len(roles()):
        return gettext("任何角色")
    return gettext("、").join(localized(role, "title") for role in held)


def _example(view: Callable[..., Any], operation: Operation, host: str) -> str:
    address = f"{host}/api/{operation.example or address_of(view)}"
    lines = [f'curl -H "Authorization: Bearer $TOKEN" "{address}"']
    if operation.takes_key:
        lines.append('-H "Idempotency-Key: 2026-01-15-1"')
    if operation.sent:
        lines += ['-H "Content-Type: application/json"', f"-d '{operation.sent}'"]
    return " \\\n     ".join(lines)

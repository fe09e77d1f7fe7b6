"""One declaration per address: what it takes is checked by it, and described by it."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_noop

from luoxuan.core.errors import Refused
from luoxuan.portal.api.documents import Member, json_response
from luoxuan.portal.api.problems import ApiProblem, bad_parameter, refused

View = Callable[..., Any]
Endpoint = Callable[..., HttpResponse]
_OPERATIONS, _ADDRESS = "luoxuan_operations", "luoxuan_address"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address「查询参数」; with ``choices`` nothing else is taken."""

    name: str
    about: str
    choices: tuple[str, ...] = ()
    is_required: bool = False


PAGE = (
    Parameter("limit", gettext_noop("一页的行数，最多 1000")),
    Parameter("cursor", gettext_noop("上一页给出的翻页标记")),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """What one method does at an address「接口操作」.

    ``members`` are those of each row of a page, or of the answer itself. ``more`` are the members
    of a page beside its rows, ``later`` those of an answer that names a job. ``body`` is the JSON
    Schema of what is sent along, ``takes_key`` says that it needs a key of the sender's own.
    ``example`` is an address as somebody would write it, ``sent`` what goes with it.
    """

    method: str
    title: str
    parameters: tuple[Parameter, ...] = ()
    members: tuple[Member, ...] = ()
    is_paged: bool = False
    more: tuple[Member, ...] = ()
    later: tuple[Member, ...] = ()
    body: Mapping[str, Any] = field(default_factory=dict)
    takes_key: bool = False
    example: str = ""
    sent: str = ""
    statuses: tuple[int, ...] = field(default=(400, 401, 404, 405))

    @property
    def taken(self) -> tuple[Parameter, ...]:
        """Return every parameter, those of paging too."""
        return (*self.parameters, *PAGE) if self.is_paged else self.parameters


def endpoint(address: str, *operations: Operation) -> Callable[[View], Endpoint]:
    """Declare the address of a view and what may be done there; nothing else is let through."""
    by_method = {operation.method: operation for operation in operations}

    def declare(view: View) -> Endpoint:
        @functools.wraps(view)
        def answer(request: HttpRequest, **keys: str) -> HttpResponse:
            try:
                _check(request, by_method)
                found = view(request, **keys)
            except ApiProblem as problem:
                return problem.response()
            except Refused as refusal:
                return refused(refusal.code, refusal.facts).response()
            return found if isinstance(found, HttpResponse) else json_response(found)

        setattr(answer, _OPERATIONS, operations)
        setattr(answer, _ADDRESS, address)
        return answer

    return declare


def address_of(view: object) -> str:
    """Return the address of a view below /api/, as Django's routes are written."""
    return str(getattr(view, _ADDRESS))


def operations_of(view: object) -> tuple[Operation, ...]:
    """Return what may be done at the address of a view."""
    found: tuple[Operation, ...] = getattr(view, _OPERATIONS)
    return found


def _check(request: HttpRequest, by_method: dict[str, Operation]) -> None:
    """Refuse a method or a parameter that is not declared, and a value out of the choices."""
    asked = "GET" if request.method == "HEAD" else str(request.method)
    operation = by_method.get(asked)
    if operation is None:
        allowed = ", ".join(sorted(by_method))
        raise ApiProblem(405, "method_not_allowed", headers={"Allow": allowed})
    known = {parameter.name: parameter for parameter in operation.taken}
    for name, texts in request.GET.lists():
        if name not in known:
            raise bad_parameter(name, gettext("没有这个参数"))
        if len(texts) > 1:
            raise bad_parameter(name, gettext("只能出现一次"))
        if known[name].choices and texts[0] not in known[name].choices:
            raise _out_of_choices(known[name])
    for parameter in operation.taken:
        if parameter.is_required and not request.GET.get(parameter.name):
            raise _out_of_choices(parameter)


def _out_of_choices(parameter: Parameter) -> ApiProblem:
    values = "、".join(parameter.choices)
    return bad_parameter(parameter.name, gettext("须为：%(values)s") % {"values": values})

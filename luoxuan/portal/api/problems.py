"""What goes wrong, as problem documents (RFC 9457) with a title in the reader's language."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext, gettext_noop

from luoxuan.core.messages import refusal_text

MEDIA_TYPE = "application/problem+json"

TITLES = {
    "bad_request": gettext_noop("请求有误"),
    "bad_parameter": gettext_noop("查询参数有误"),
    "bad_cursor": gettext_noop("翻页标记无效，请从第一页重新读取"),
    "bad_json": gettext_noop("内容不是有效的 JSON"),
    "key_missing": gettext_noop("请求头 Idempotency-Key 须为 1 至 200 个可见字符"),
    "not_authenticated": gettext_noop("未登录，或访问令牌无效、已过期或已撤销"),
    "forbidden": gettext_noop("缺少防伪标记，请求被拒绝"),
    "token_read_only": gettext_noop("这个访问令牌只能读取"),
    "not_found": gettext_noop("没有找到，或不在您的数据范围内"),
    "method_not_allowed": gettext_noop("这个地址不支持该操作"),
    "key_used": gettext_noop("这个 Idempotency-Key 已用于另一份内容"),
    "push_under_way": gettext_noop("同一份推送正在处理，请稍后再取结果"),
    "version_moved": gettext_noop("数据正被他人更新，请稍后再试"),
    "too_large": gettext_noop("内容过大，请分批推送"),
    "not_json": gettext_noop("内容类型须为 application/json"),
    "too_many_columns": gettext_noop("列数超过 1000"),
    "not_members": gettext_noop("内容与接口说明不符，见 errors"),
    "not_statements": gettext_noop("内容须为 xAPI 语句或语句的数组，见 errors"),
    "statement_changed": gettext_noop("同一编号的语句已存，内容不同；语句不能改"),
    "no_statements_here": gettext_noop("没有 xAPI 语句的数据集"),
    "not_rows": gettext_noop("内容须为行的数组，每行是一个不嵌套的对象"),
    "rows_refused": gettext_noop("没有写入任何一行，原因见 errors"),
    "refused": gettext_noop("请求被拒绝"),
    "busy": gettext_noop("系统繁忙，请稍后再试"),
    "internal": gettext_noop("处理时出了意外，错误已经记录"),
}
# The answers of what lies around the views: guard, forgery check, Django itself.
_CODES = {
    400: "bad_request",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "not_json",
    503: "busy",
}
_KEPT = ("Allow", "Retry-After")


class ApiProblem(Exception):
    """A request that the interface does not fulfil「接口问题」: its status, code and details."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        detail: str = "",
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), dict(headers or {})

    def document(self) -> dict[str, Any]:
        """Return the problem document."""
        title = TITLES.get(self.code, TITLES["refused"])
        found: dict[str, Any] = {
            "type": f"urn:luoxuan:problem:{self.code}",
            "title": gettext(title),
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            found["detail"] = self.detail
        if self.errors:
            found["errors"] = self.errors
        return found

    def response(self) -> HttpResponse:
        """Return the answer."""
        text = json.dumps(self.document(), ensure_ascii=False)
        return HttpResponse(text, status=self.status, content_type=MEDIA_TYPE, headers=self.headers)


def not_found() -> ApiProblem:
    """Return the one problem of what is hidden and of what does not exist."""
    return ApiProblem(404, "not_found")


def bad_parameter(name: str, message: str) -> ApiProblem:
    """Return the problem of one parameter of the address."""
    return ApiProblem(400, "bad_parameter", errors=[{"parameter": name, "message": message}])


def refused(code: str, facts: dict[str, object]) -> ApiProblem:
    """Return the problem of an action that was refused, with its sentence."""
    return ApiProblem(422, code, detail=refusal_text(code, facts))


def as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Return an answer as it is, or the problem document in place of a page about an error."""
    if response.status_code < 400 or response.headers.get("Content-Type", "") == MEDIA_TYPE:
        return response
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    usual = "bad_request" if response.status_code < 500 else "internal"
    code = _CODES.get(response.status_code, usual)
    return ApiProblem(response.status_code, code, headers=kept).response()

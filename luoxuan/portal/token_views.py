"""The page of the reader's own access tokens."""

import uuid
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.campus.token_actions import NewToken, create_token, revoke_token
from luoxuan.campus.token_queries import tokens_of
from luoxuan.portal.forms import TokenForm

# A second tap shows the same secret; who comes back to the page later does not see it.
_SHOWN_FOR = timedelta(minutes=1)


@guarded(Resource.TOKEN, Action.LIST, unsafe_action=Action.CREATE)
def token_list(request: HttpRequest) -> HttpResponse:
    """Show the reader's access tokens「访问令牌」; a POST creates one and shows its secret once."""
    reader = cast("ScopedRequest", request)
    if request.method != "POST":
        return _page(reader, _empty_form())
    form, at = TokenForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(reader, form, status=422)
    made = create_token(user=reader.user, by=reader.user, at=at, **form.cleaned_data)
    if made.token.created_at < at - _SHOWN_FOR:
        return redirect("portal:token_list")
    return _page(reader, _empty_form(), made=made)


@guarded(Resource.TOKEN, Action.CANCEL)
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke a token of the reader."""
    reader = cast("ScopedRequest", request)
    token = tokens_of(reader.user).filter(pk=pk).first() if pk < 2**63 else None
    if token is None:
        raise Http404
    revoke_token(token=token, by=reader.user, at=timezone.now())
    messages.success(request, gettext("令牌已撤销，使用它的程序从下一次请求起被拒绝。"))
    return redirect("portal:token_list")


def _page(
    reader: ScopedRequest, form: TokenForm, *, made: NewToken | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "made": made,
        "tokens": list(tokens_of(reader.user)),
        "now": timezone.now(),
    }
    response = render(reader, "portal/token_list.html", context, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def _empty_form() -> TokenForm:
    return TokenForm(initial={"receipt": uuid.uuid4().hex, "days": 90})

"""What the pages of the data standard have in common."""

from typing import cast

from django import forms
from django.http import Http404, HttpRequest
from django.utils import timezone

from luoxuan.campus.guard import ScopedRequest
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.models import Dataset
from luoxuan.data.standard.actions import Declared, apply_standard
from luoxuan.data.views.places import dataset_or_404


def may_edit(request: HttpRequest) -> bool:
    """Return whether the reader may change the standard: for the whole institution only."""
    scope = cast("ScopedRequest", request).rights.scope(Resource.DATASET, Action.EDIT)
    return scope is not None and scope.whole_institution


def editable_or_404(request: HttpRequest, name: str) -> Dataset:
    """Return a dataset whose standard the reader may change, or answer 404."""
    whole_or_404(request)
    return dataset_or_404(cast("ScopedRequest", request).scope, name)


def whole_or_404(request: HttpRequest) -> None:
    """Answer 404 to whom the right holds for a part only: a standard has no parts."""
    if not cast("ScopedRequest", request).scope.whole_institution:
        raise Http404


def applied(request: HttpRequest, form: forms.Form, declared: Declared, reason: str = "") -> bool:
    """Make the changes of a form; what is refused stands above it as a sentence."""
    user = cast("ScopedRequest", request).user
    try:
        apply_standard(declared=declared, by=user, at=timezone.now(), reason=reason)
    except Refused as refused:
        form.add_error(None, refusal_text(refused.code, refused.facts))
        return False
    return True

"""The page of what an institution sets for itself."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.campus.guard import ScopedRequest, guarded
from luoxuan.campus.rules import Action, Resource
from luoxuan.core.actions import set_institution
from luoxuan.portal.forms import SettingsForm


@guarded(Resource.SETTING, Action.LIST, unsafe_action=Action.EDIT)
def setting_list(request: HttpRequest) -> HttpResponse:
    """Show the settings「院校设置」 in force and take changed ones; each change is audited."""
    reader = cast("ScopedRequest", request)
    if not reader.scope.whole_institution:
        # They hold for everybody; a narrower right cannot set them.
        raise Http404
    if request.method != "POST":
        return render(request, "portal/setting_list.html", {"form": SettingsForm()})
    form = SettingsForm(request.POST.dict())
    if not form.is_valid():
        return render(request, "portal/setting_list.html", {"form": form}, status=422)
    set_institution(values=form.cleaned_data, by=reader.user, at=timezone.now())
    messages.success(request, gettext("设置已保存，从现在起生效。"))
    return redirect("portal:setting_list")

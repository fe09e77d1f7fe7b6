"""Writes of form definitions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from luoxuan.core.actions import record_audit
from luoxuan.core.models import User
from luoxuan.data.form_fields import parse_fields, plain_fields
from luoxuan.data.models import FormDefinition


@transaction.atomic
def add_form_version(
    *, code: str, values: Mapping[str, Any], origin: str, by: User | None, at: datetime
) -> FormDefinition:
    """Add the next version of a form「表单定义」; what was filled in keeps the version it answered.

    Raises ValueError when a field is not well formed.
    """
    last = FormDefinition.objects.filter(code=code).order_by("-number").first()
    form = FormDefinition.objects.create(
        code=code,
        number=last.number + 1 if last else 1,
        title=values["title"],
        title_en=values["title_en"],
        fields=plain_fields(parse_fields(values["fields"])),
        created_at=at,
        origin=origin,
    )
    record_audit(
        by=by, at=at, action="add_form_version", object_kind="FormDefinition",
        object_key=code, facts={"number": form.number, "origin": origin},
    )  # fmt: skip
    return form

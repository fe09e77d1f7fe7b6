"""Forms「表单」 in their newest version."""

from django.db.models import Exists, OuterRef, QuerySet

from luoxuan.data.models import FormDefinition


def forms() -> QuerySet[FormDefinition]:
    """Return the newest version of every form."""
    newer = FormDefinition.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return FormDefinition.objects.filter(~Exists(newer)).order_by("code")


def form_coded(code: str) -> FormDefinition:
    """Return the newest version of one form; raises FormDefinition.DoesNotExist."""
    return forms().get(code=code)

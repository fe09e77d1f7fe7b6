"""Fields that choose subjects and periods, alike in every form."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from luoxuan.campus.models import Period, Subject
from luoxuan.core.templatetags.words import text_of


# Django gives these fields no [] at run time, so their type stays open.
class NamedChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A choice shown by one of its words alone, by its name「按名称选择」 unless told."""

    def __init__(self, *args: Any, word: str = "name", **kwargs: Any) -> None:
        self.word = word
        super().__init__(*args, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """Return the word in the language of the page."""
        return text_of(obj, self.word)


class CodedChoice(NamedChoice):
    """A choice of which a subject is shown with its code「按名称和代码选择」."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name in the language of the page, with the code of a subject."""
        return name_with_code(obj)


class NamedChoices(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several choices shown by name alone「按名称多选」."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name in the language of the page."""
        return text_of(obj, "name")


def name_with_code(row: Subject | Period) -> str:
    """Return the name as the page's language has it, a subject with its code."""
    name = text_of(row, "name")
    return f"{name} ({row.code})" if isinstance(row, Subject) else name


def offer(form: forms.Form, **rows: QuerySet[Any]) -> None:
    """Let fields of a form offer rows, each by its name."""
    for name, found in rows.items():
        field = form.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(f"{name} chooses no rows")
        field.queryset = found

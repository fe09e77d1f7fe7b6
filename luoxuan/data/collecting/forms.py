"""Shape of what people send: a new collection, rows of a grid, remarks, one row."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.core import signing
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.campus.models import Subject
from luoxuan.campus.queries import all_periods
from luoxuan.core.templatetags.words import text_of
from luoxuan.data.collecting.actions import CollectionValues
from luoxuan.data.collecting.actions.collections import askable_fields
from luoxuan.data.collecting.blocks import cell_name
from luoxuan.data.collecting.prefill import own_field, stored_fields
from luoxuan.data.collecting.queries import candidates, colleges
from luoxuan.data.collecting.rules import AskedKind
from luoxuan.data.models import Dataset, Submission

_BETWEEN = re.compile(r"[\s,，、;；]+")
_OPENING = "filling-opened"
_ROW_ID = re.compile(r"r[0-9]{1,6}")


class CollectionForm(forms.Form):
    """A new collection「发起采集」 of one dataset: what, of whom, until when."""

    title = forms.CharField(label=_("名称"), max_length=200)
    period = forms.ChoiceField(label=_("时段"), required=False)
    due_on = forms.DateField(
        label=_("截止日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    words = forms.CharField(
        label=_("填报说明"), required=False, max_length=2000, widget=forms.Textarea({"rows": 3})
    )
    remind_days = forms.CharField(
        label=_("提前几天提醒"), required=False, max_length=30, initial="3、1",
        help_text=_("可写几个，用顿号隔开；不写就只在当天和逾期后提醒。"),
    )  # fmt: skip
    fields_asked = forms.MultipleChoiceField(
        label=_("填报的字段"), widget=forms.CheckboxSelectMultiple
    )
    subjects = forms.ModelMultipleChoiceField(
        label=_("填报部门"), queryset=Subject.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    receipt = forms.CharField(max_length=100, widget=forms.HiddenInput)

    def __init__(
        self, *arguments: Any, dataset: Dataset, kind: AskedKind, on: date, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.dataset, self.kind = dataset, kind
        titles = {row.name: text_of(row, "title") for row in stored_fields(dataset)}
        asked = askable_fields(dataset, kind)
        chosen: Any = self.fields["fields_asked"]
        chosen.choices = [(name, titles[name]) for name in asked]
        chosen.initial = asked
        subjects: Any = self.fields["subjects"]
        subjects.queryset = candidates(kind, on=on)
        subjects.label_from_instance = lambda row: text_of(row, "name")
        if kind is AskedKind.UNIT:
            subjects.initial = [row.pk for row in colleges(on=on)]
        else:
            subjects.label = gettext("填报人")
        periods = [row for row in all_periods() if row.kind == dataset.period_kind]
        period: Any = self.fields["period"]
        period.choices = [("", gettext("不分时段"))] if not dataset.period_field else []
        period.choices += [(row.code, text_of(row, "name")) for row in periods[::-1]]

    def clean_remind_days(self) -> list[int]:
        """Return the days as numbers."""
        parts = [part for part in _BETWEEN.split(self.cleaned_data["remind_days"]) if part]
        if not all(part.isascii() and part.isdigit() for part in parts):
            raise forms.ValidationError(gettext("请写整数，用顿号隔开，例如 3、1。"))
        return [int(part) for part in parts]

    def values(self) -> CollectionValues:
        """Return what was written, as the action takes it."""
        told = self.cleaned_data
        return CollectionValues(
            dataset=self.dataset,
            title=told["title"],
            due_on=told["due_on"],
            asked_kind=self.kind,
            period=told["period"],
            words=told["words"],
            fields=told["fields_asked"],
            remind_days=told["remind_days"],
        )


def collectable(dataset: Dataset) -> list[AskedKind]:
    """Return of whom a dataset's rows can be asked."""
    return [kind for kind in AskedKind if own_field(dataset, kind)]


def sent_rows(post: QueryDict, names: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    """Return the rows that a grid sent, in order, without those to be dropped."""
    dropped = set(post.getlist("drop"))
    keys = [key for key in post.getlist("row") if _ROW_ID.fullmatch(key) and key not in dropped]
    return [
        (
            key,
            {
                name: str(post[cell_name(key, name)]).replace("\0", "")
                for name in names
                if cell_name(key, name) in post
            },
        )
        for key in dict.fromkeys(keys)
    ]


def sent_revision(post: QueryDict) -> int:
    """Return the revision that the page was made from, -1 for none."""
    text = post.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1


def opening_mark(submission: Submission, at: datetime) -> str:
    """Return the moment at which a page of the grid was made, as nobody can change it."""
    return signing.dumps([submission.pk, at.isoformat()], salt=_OPENING)


def sent_opening(post: QueryDict, submission: Submission) -> datetime | None:
    """Return when the page was made that was sent, None where it does not say so."""
    try:
        key, text = signing.loads(post.get("opened", ""), salt=_OPENING)
    except (signing.BadSignature, ValueError):
        return None
    return datetime.fromisoformat(text) if key == submission.pk else None


def sent_remarks(
    post: QueryDict, rows: Sequence[dict[str, Any]], names: Sequence[str]
) -> list[dict[str, str]]:
    """Return the reasons that a checker wrote on cells."""
    return [
        {"row": row["id"], "field": name, "text": str(post.get(f"m-{row['id']}-{name}", ""))}
        for row in rows
        for name in names
        if post.get(f"m-{row['id']}-{name}", "").strip()
    ]

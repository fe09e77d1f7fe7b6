"""Pushed rows that differ too much from those held: they wait until a person decides."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from luoxuan.core.actions import notify
from luoxuan.core.models import User
from luoxuan.data.actions.drafts import receive_file
from luoxuan.data.models import Dataset, ImportDraft
from luoxuan.data.quality.queries import HELD_PUSH, importers
from luoxuan.data.rules import ImportMode
from luoxuan.data.warehouse.store import sha256_of


@transaction.atomic
def hold_push(
    *, dataset: Dataset, path: Path, mode: ImportMode, period: str, by: User | None, at: datetime
) -> ImportDraft:
    """Keep pushed rows as a draft of the wizard「暂缓」 and tell whoever may take it or drop it.

    The same rows pushed again are the same draft, and nobody is told twice.
    """
    told = f"{dataset.name}:{sha256_of(path)}:{mode}:{period}"
    receipt = HELD_PUSH + sha256(told.encode()).hexdigest()[:40]
    draft = receive_file(
        dataset=dataset, path=path, file_name=gettext("推送的数据.csv"), mode=mode, period=period,
        encoding="utf-8", receipt=receipt, by=by, at=at,
    )  # fmt: skip
    for user in importers(on=timezone.localdate(at)):
        notify(
            user=user, at=at, key=f"held_push:{draft.pk}",
            text=gettext("推送的数据与现有数据相差太大，等您决定：%(name)s")
            % {"name": dataset.title},
            url=reverse("data:draft_detail", args=[draft.pk]),
        )  # fmt: skip
    return draft

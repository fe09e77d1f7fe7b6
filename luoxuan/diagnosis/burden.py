"""What the forms of stages ask of people."""

from collections import defaultdict
from datetime import datetime

from luoxuan.core.burden import FillLoad
from luoxuan.core.templatetags.words import text_of
from luoxuan.diagnosis.models import Stage


def filled(*, since: datetime) -> list[FillLoad]:
    """Return the forms of stages that were written; a field without an answer is not counted."""
    rows = Stage.objects.filter(saved_at__gte=since, form__isnull=False)
    found: dict[tuple[str, str, int | None, str], list[int]] = defaultdict(list)
    read = rows.values_list(
        "form__code",
        "form__title",
        "form__title_en",
        "saved_by_id",
        "cycle__subject__unit_path",
        "values",
        "brought",
    )
    brought_in: dict[tuple[str, str, int | None, str], int] = defaultdict(int)
    for code, title, title_en, user, unit, values, brought in read:
        shown = text_of({"title": title, "title_en": title_en}, "title")
        key = (f"stage:{code}", shown, user, unit)
        found[key].append(sum(bool(one) for one in values.values()))
        brought_in[key] += sum(bool(values.get(name)) for name in brought)
    return [
        FillLoad(*key, len(counts), sum(counts), brought_in[key]) for key, counts in found.items()
    ]

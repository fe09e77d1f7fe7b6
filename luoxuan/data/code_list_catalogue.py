"""Code lists as a kind of a configuration package."""

from collections.abc import Mapping, Sequence
from datetime import date

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Stamp,
    Values,
    audit_changes,
    csv_text,
)
from luoxuan.data.actions.definitions import refuse_lost_codes
from luoxuan.data.models import Code, CodeList

_CODE_COLUMNS = ("value", "title", "title_en", "valid_from", "valid_to")


def _declared_code_lists(package: PackageFiles) -> dict[str, Values]:
    return {
        name: {
            "codes": [
                [row.get(column, "") for column in _CODE_COLUMNS] for row in package.rows(path)
            ]
        }
        for name, path in package.folder("code_lists", ".csv").items()
    }


def _current_code_lists() -> dict[str, Values]:
    return {
        row.name: {
            "codes": [code.told() for code in row.codes.all()],
            "origin": row.origin,
        }
        for row in CodeList.objects.prefetch_related("codes")
    }


def write_code_lists(changes: Sequence[Change], stamp: Stamp) -> None:
    """Write code lists; one that stored rows would fall out of is refused."""
    for change in changes:
        refuse_lost_codes(change.key, [code[0] for code in change.after["codes"]])
        row, _ = CodeList.objects.update_or_create(
            name=change.key, defaults={"origin": stamp.origin}
        )
        row.codes.all().delete()
        Code.objects.bulk_create(
            [_code(row, position, *told) for position, told in enumerate(change.after["codes"])]
        )
    audit_changes(changes, stamp, "CodeList")


def _code(
    row: CodeList,
    position: int,
    value: str,
    title: str,
    title_en: str,
    valid_from: str = "",
    valid_to: str = "",
) -> Code:
    first, end = _day(row, value, valid_from), _day(row, value, valid_to)
    if first and end and end <= first:
        raise PackageUnreadable("code_bad_day", code_list=row.name, value=value, day=valid_to)
    return Code(
        code_list=row, position=position, value=value, title=title, title_en=title_en,
        valid_from=first, valid_to=end,
    )  # fmt: skip


def _day(row: CodeList, value: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise PackageUnreadable(
            "code_bad_day", code_list=row.name, value=value, day=text
        ) from error


def _export_code_lists(stored: Mapping[str, Values]) -> dict[str, str]:
    return {
        f"code_lists/{name}.csv": csv_text(
            _CODE_COLUMNS,
            [dict(zip(_CODE_COLUMNS, code, strict=True)) for code in values["codes"]],
        )
        for name, values in stored.items()
    }


CODE_LISTS = ConfigurationKind(
    "code_lists", _declared_code_lists, _current_code_lists, write_code_lists, _export_code_lists
)

"""Who is responsible for which dataset, as a kind of a configuration package: data_duties.csv.

A kind of its own: what columns mean comes from one package, who collects and audits them from the
college's.
"""

from collections.abc import Mapping, Sequence

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
from luoxuan.data.actions.definitions import record_definition
from luoxuan.data.models import Dataset
from luoxuan.data.standard_values import DUTIES, DUTY_TEXTS, duties_of, whole_number

_PATH = "data_duties.csv"
_COLUMNS = ("dataset", *DUTIES)
_MOST_DAYS = 3660


def duty_values(row: Mapping[str, str]) -> Values:
    """Return declared duties; recipients are codes divided by blanks. Raises PackageUnreadable."""
    values: Values = {column: row.get(column, "") for column in DUTY_TEXTS}
    values["recipients"] = row.get("recipients", "").split()
    values["due_day"] = whole_number(row.get("due_day"))
    if values["due_day"] is not None and not 0 <= values["due_day"] <= _MOST_DAYS:
        raise PackageUnreadable("package_bad_number", file=_PATH, value=str(values["due_day"]))
    return values


def _declared(package: PackageFiles) -> dict[str, Values]:
    return {row["dataset"]: duty_values(row) for row in package.rows(_PATH)}


def _current() -> dict[str, Values]:
    """Return the duties of every dataset that has any."""
    rows = Dataset.objects.filter(is_system=False)
    found = {row.name: {**duties_of(row), "origin": row.duties_origin} for row in rows}
    return {name: values for name, values in found.items() if any(_told(values))}


def _told(values: Mapping[str, object]) -> list[bool]:
    return [values[name] not in ("", None, []) for name in (*DUTIES, "origin")]


def write_duties(changes: Sequence[Change], stamp: Stamp, *, is_recorded: bool = True) -> None:
    """Write who is responsible, and the further definition of each dataset.

    With ``is_recorded`` False the caller changes more and records the definition himself.
    """
    known = {row.name: row for row in Dataset.objects.filter(is_system=False)}
    for change in changes:
        row = known.get(change.key)
        if row is None:
            raise PackageUnreadable("package_unknown_dataset", dataset=change.key)
        for column in DUTIES:
            setattr(row, column, change.after[column])
        row.duties_origin = stamp.origin
        row.save(update_fields=[*DUTIES, "duties_origin"])
        if is_recorded:
            record_definition(row, stamp)
    audit_changes(changes, stamp, "Dataset")


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    rows = [
        {"dataset": name, **values, "recipients": " ".join(values["recipients"])}
        for name, values in stored.items()
    ]
    return {_PATH: csv_text(_COLUMNS, rows)} if rows else {}


DUTY_KIND = ConfigurationKind("data_duties", _declared, _current, write_duties, _export)

"""Forms as a kind of a configuration package: one TOML file each in the folder forms/."""

from collections.abc import Mapping, Sequence

from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    Stamp,
    Values,
    toml_lines,
)
from luoxuan.data.actions.forms import add_form_version
from luoxuan.data.form_fields import parse_fields, plain_fields
from luoxuan.data.form_queries import forms


def _declared(package: PackageFiles) -> dict[str, Values]:
    declared = {}
    for code, path in package.folder("forms", ".toml").items():
        table = package.table(path)
        declared[code] = {
            "title": table["title"],
            "title_en": table.get("title_en", ""),
            "fields": plain_fields(parse_fields(table["field"])),
        }
    return declared


def _current() -> dict[str, Values]:
    return {
        row.code: {
            "title": row.title,
            "title_en": row.title_en,
            "fields": row.fields,
            "origin": row.origin,
        }
        for row in forms()
    }


def _write(changes: Sequence[Change], stamp: Stamp) -> None:
    for change in changes:
        add_form_version(
            code=change.key, values=change.after, origin=stamp.origin, by=stamp.by, at=stamp.at
        )


def _export(stored: Mapping[str, Values]) -> dict[str, str]:
    files = {}
    for code, values in stored.items():
        lines = toml_lines({"title": values["title"], "title_en": values["title_en"]})
        for field in values["fields"]:
            lines += ["", "[[field]]", *toml_lines(field)]
        files[f"forms/{code}.toml"] = "\n".join(lines) + "\n"
    return files


KINDS = (ConfigurationKind("forms", _declared, _current, _write, _export),)

"""The file of a bundle「数据包文件」: a zip archive whose bytes depend on nothing but its members.

``manifest.json`` holds the SHA-256 of every member and of all of them together, so whoever has the
file can see with the usual tools that nothing was changed.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from luoxuan.core.errors import Refused
from luoxuan.data.warehouse.intake import FileRefused
from luoxuan.data.warehouse.intake.package_gate import open_archive

MANIFEST = "manifest.json"
FORMAT = "luoxuan-exchange-bundle/1"
_THEN = (1980, 1, 1, 0, 0, 0)


class BundleDamaged(Refused):
    """The file is no bundle, or not the one that its manifest speaks of."""


class Archive:
    """The members of a bundle's file「数据包内容」, each read when it is asked for."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def read(self, name: str) -> bytes:
        """Return one member; raises BundleDamaged where it is missing."""
        try:
            return self._archive.read(name)
        except KeyError as error:
            raise BundleDamaged("bundle_member_missing", member=name) from error

    def json(self, name: str) -> Any:
        """Return a member as JSON; raises BundleDamaged."""
        try:
            return json.loads(self.read(name))
        except ValueError as error:
            raise BundleDamaged("bundle_member_unreadable", member=name) from error

    def names(self) -> list[str]:
        """Return the names of all members in order."""
        return sorted(self._archive.namelist())

    def rows(self, number: str) -> list[list[str]]:
        """Return the rows of a table as they were built, texts in the order of its columns."""
        text = io.StringIO(self.read(member_of(number)).decode("utf-8-sig"), newline="")
        return [row for place, row in enumerate(csv.reader(text)) if place]


def member_of(number: str) -> str:
    """Return the member that holds the rows of a table."""
    return f"tables/{number}.csv"


def table_csv(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return rows as a CSV member, exactly as they are: a reader of it is a program."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(titles)
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def json_bytes(value: object) -> bytes:
    """Return JSON with one spelling only."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    return (text + "\n").encode()


def write_archive(members: Mapping[str, bytes]) -> bytes:
    """Return a bundle's file: the members and their manifest; the same members, the same bytes."""
    whole = {**members, MANIFEST: json_bytes(_manifest(members))}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(whole):
            entry = zipfile.ZipInfo(name, _THEN)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            entry.create_system = 3
            archive.writestr(entry, whole[name])
    return buffer.getvalue()


def open_bundle(data: bytes) -> Archive:
    """Return a file's members after every check of archive and manifest. Raises BundleDamaged."""
    try:
        archive = Archive(open_archive(data))
    except FileRefused as refused:
        raise BundleDamaged("bundle_not_an_archive", reason=refused.code) from refused
    told = archive.json(MANIFEST)
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BundleDamaged("bundle_unknown_format")
    names = [name for name in archive.names() if name != MANIFEST]
    found = _manifest({name: archive.read(name) for name in names})
    differing = sorted(
        name
        for name in {*found["members"], *dict(told.get("members") or {})}
        if found["members"].get(name) != told["members"].get(name)
    )
    if differing:
        raise BundleDamaged("bundle_member_changed", member="、".join(differing[:5]))
    if told.get("whole") != found["whole"]:
        raise BundleDamaged("bundle_member_changed", member=MANIFEST)
    return archive


def _manifest(members: Mapping[str, bytes]) -> dict[str, Any]:
    hashes = {name: hashlib.sha256(members[name]).hexdigest() for name in sorted(members)}
    lines = "".join(f"{digest}  {name}\n" for name, digest in hashes.items())
    return {
        "format": FORMAT,
        "members": hashes,
        "whole": hashlib.sha256(lines.encode()).hexdigest(),
    }

"""The gate「包检查」 that every workbook passes before any parser sees it.

A workbook is a zip archive of XML parts. Nothing its headers say is believed: every part is
inflated and counted here, its checksum compared, and what has no business in a table is refused.
"""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator

from luoxuan.data.warehouse.intake.findings import FileRefused

_MEMBERS = 1000
_INFLATED = 200 * 1024 * 1024
# Real workbooks inflate to ten or twenty times their size; a bomb to a thousand.
_RATIO, _RATIO_FROM = 200, 20 * 1024 * 1024
_CHUNK = 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_VBA = ("VBA".encode("utf-16-le"), b"_VBA_PROJECT", b"Attribute VB_")
_MACRO_NAMES = re.compile(r"vbaproject|(?:^|/)macrosheets/|(?:^|/)dialogsheets/", re.IGNORECASE)
_MACRO_WORDS = re.compile(rb"vbaProject|macroEnabled|xlMacrosheet|macrosheet", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii", b"utf-16"}
_BAD_NAME = re.compile(r"[\x00-\x1f\\:*?\"<>|]|(?:^|/)\.\.(?:/|$)|^/|^[A-Za-z]:|//")
_OTHER_WORKBOOKS = {"xl/workbook.bin": "xlsb", "content.xml": "ods", "word/document.xml": "docx",
                    "ppt/presentation.xml": "pptx"}  # fmt: skip
_OVERLAP = 64
_SHEETS = re.compile(r"xl/worksheets/[^/]+\.xml$")


class Package:
    """The checked parts of a workbook「工作簿包」."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.sizes = {info.filename: info.file_size for info in archive.infolist()}
        self._kept: dict[str, list[bytes]] = {}

    def keep(self, name: str, chunk: bytes) -> None:
        """Keep a piece of a sheet for its one scan, so it is not inflated twice."""
        self._kept.setdefault(name, []).append(chunk)

    def __contains__(self, name: str) -> bool:
        return name in self.sizes

    def part(self, name: str) -> bytes:
        """Return a whole part; for the small ones."""
        return self._archive.read(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Return a part piece by piece."""
        if kept := self._kept.pop(name, None):
            while kept:
                yield kept.pop(0)
            return
        with self._archive.open(name) as part:
            while chunk := part.read(_CHUNK):
                yield chunk


def open_package(data: bytes) -> Package:
    """Open a workbook after every check. Raises FileRefused."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
        _check_members(infos, data)
        package = Package(archive)
        _inflate_all(archive, infos, package)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError) as error:
        raise FileRefused("damaged_workbook") from error
    except (NotImplementedError, RuntimeError, ValueError, UnicodeError) as error:
        raise FileRefused("damaged_workbook") from error
    if "[Content_Types].xml" not in package or "_rels/.rels" not in package:
        raise FileRefused("other_format", kind="zip")
    return package


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open an archive that is no workbook after the same checks of its members and their size.

    What its members hold is not looked at; whoever reads one of them does. Raises FileRefused.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        infos = archive.infolist()
        _check_members(infos, data)
        total, packed = 0, sum(info.compress_size for info in infos)
        for info in infos:
            with archive.open(info) as part:
                while chunk := part.read(_CHUNK):
                    total += len(chunk)
                    if total > _INFLATED or (total > _RATIO_FROM and total > _RATIO * packed):
                        raise FileRefused("inflates_too_large", limit=_INFLATED // 1024 // 1024)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, OSError) as error:
        raise FileRefused("damaged_workbook") from error
    except (NotImplementedError, RuntimeError, ValueError, UnicodeError) as error:
        raise FileRefused("damaged_workbook") from error
    return archive


def _check_members(infos: list[zipfile.ZipInfo], data: bytes) -> None:
    if len(infos) > _MEMBERS:
        raise FileRefused("too_many_members", found=len(infos), limit=_MEMBERS)
    if not data.startswith(b"PK\x03\x04"):
        raise FileRefused("damaged_workbook")
    names: set[str] = set()
    for info in infos:
        _check_name(info)
        if info.filename.lower() in names:
            raise FileRefused("duplicate_member", member=info.filename)
        names.add(info.filename.lower())
    _check_layout(infos, data)


def _check_name(info: zipfile.ZipInfo) -> None:
    name = info.filename
    kind = stat.S_IFMT(info.external_attr >> 16)
    if info.orig_filename != name or _BAD_NAME.search(name) or kind == stat.S_IFLNK:
        shown = name.encode("ascii", "backslashreplace").decode()
        raise FileRefused("unsafe_member", member=shown[:80])
    if info.flag_bits & _ENCRYPTED:
        raise FileRefused("password")
    if info.compress_type not in _METHODS:
        raise FileRefused("damaged_workbook")
    if _MACRO_NAMES.search(name):
        raise FileRefused("macros")
    if (kind_found := _OTHER_WORKBOOKS.get(name)) is not None:
        raise FileRefused("other_format", kind=kind_found)


def _check_layout(infos: list[zipfile.ZipInfo], data: bytes) -> None:
    """Refuse members that share bytes, and bytes before the first or behind the last."""
    end = data.rfind(b"PK\x05\x06")
    comment = int.from_bytes(data[end + 20 : end + 22], "little")
    if end < 0 or end + 22 + comment != len(data):
        raise FileRefused("damaged_workbook")
    held = 0
    for info in sorted(infos, key=_offset):
        if info.header_offset < held:
            raise FileRefused("overlapping_members", member=info.filename)
        start = info.header_offset
        name_length = int.from_bytes(data[start + 26 : start + 28], "little")
        extra_length = int.from_bytes(data[start + 28 : start + 30], "little")
        held = start + _LOCAL_HEADER + name_length + extra_length + info.compress_size
    if not any(info.header_offset == 0 for info in infos):
        raise FileRefused("damaged_workbook")


def _offset(info: zipfile.ZipInfo) -> int:
    return info.header_offset


def _inflate_all(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], package: Package) -> None:
    """Inflate every member once, counting what really comes out."""
    total = 0
    packed = sum(info.compress_size for info in infos)
    for info in infos:
        before = b""
        with archive.open(info) as part:
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                if total > _INFLATED or (total > _RATIO_FROM and total > _RATIO * packed):
                    raise FileRefused("inflates_too_large", limit=_INFLATED // 1024 // 1024)
                _check_content(info.filename, chunk, before)
                if _SHEETS.match(info.filename):
                    package.keep(info.filename, chunk)
                before = chunk[-_OVERLAP:] if before or len(chunk) == _CHUNK else chunk


def _check_content(name: str, chunk: bytes, before: bytes) -> None:
    if not before:
        _check_start(name, chunk)
    if _is_xml(name):
        text = before[-_OVERLAP:] + chunk
        if b"\0" in text:  # UTF-16: the marks are ASCII in every byte order
            text = text.replace(b"\0", b"")
        if b"<!" in text and _DECLARATION.search(text):
            raise FileRefused("entities", member=name)
    elif any(word in chunk for word in _VBA) and name.endswith(".bin"):
        raise FileRefused("macros")


def _check_start(name: str, chunk: bytes) -> None:
    if chunk.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise FileRefused("nested_archive", member=name)
    if chunk.startswith(_OLE) and any(word in chunk for word in _VBA):
        raise FileRefused("macros")
    tells_types = name == "[Content_Types].xml" or name.endswith(".rels")
    if tells_types and _MACRO_WORDS.search(chunk.replace(b"\0", b"")):
        raise FileRefused("macros")
    if _is_xml(name):
        declared = _ENCODING.match(chunk.replace(b"\0", b"")[:200].lstrip(b"\xef\xbb\xbf\xff\xfe"))
        if declared and declared[1].lower() not in _ENCODINGS:
            raise FileRefused("unusual_workbook", member=name)


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))

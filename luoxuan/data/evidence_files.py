"""What a file of evidence may be「佐证材料文件」: told by its bytes, cleaned, named safely.

Only kinds on the list are taken, each recognized by its signature and read through to its end, so
that nothing is hidden behind a harmless beginning. Knows no Django and no database.
"""

import io
import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from luoxuan.core.errors import Refused

MOST_BYTES = 50 * 1024 * 1024
_MOST_PIXELS = 60_000_000
_MOST_MEMBERS, _MOST_INFLATED, _MOST_RATIO = 5_000, 300 * 1024 * 1024, 200
_LONGEST_NAME = 120

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV, TEXT = "text/csv", "text/plain"
ENDINGS: dict[str, tuple[str, ...]] = {
    PDF: (".pdf",),
    PNG: (".png",),
    JPEG: (".jpg", ".jpeg"),
    DOCX: (".docx",),
    XLSX: (".xlsx",),
    CSV: (".csv",),
    TEXT: (".txt",),
}
"""The kinds that are taken, with the endings that a file of the kind may have."""

_FOREIGN = (
    b"<html", b"<!doctype", b"<script", b"<svg", b"<?php", b"<?xml", b"%pdf-", b"pk\x03\x04",
    b"rar!", b"7z\xbc\xaf", b"mz\x90",
)  # fmt: skip
# Names in a PDF may write any of their characters as #xx.
_PDF_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|OpenAction|Launch|EmbeddedFile|JS(?=[\s(<\[/]))")
_PNG_START = b"\x89PNG\r\n\x1a\n"
_PNG_PRIVATE = {b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"}
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}
"""JFIF, colour profile, Adobe; every other application segment and comment is left out."""
_JPEG_SIZES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


class EvidenceRefused(Refused):
    """The file is none of the kinds on the list, or hides something."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A file of evidence as it is stored: its kind, its bytes and its safe name."""

    media_type: str
    content: bytes
    file_name: str


def cleaned(content: bytes, file_name: str) -> Cleaned:
    """Return what is stored of a file; raises EvidenceRefused.

    Place and camera of a picture are taken out, nothing else is changed.
    """
    if not content:
        raise EvidenceRefused("evidence_empty")
    if len(content) > MOST_BYTES:
        raise EvidenceRefused("evidence_too_large", megabytes=MOST_BYTES // 1024 // 1024)
    media_type = _kind_of(content, file_name)
    ending = Path(file_name.strip()).suffix.lower()
    if ending not in ENDINGS[media_type]:
        raise EvidenceRefused("evidence_ending_differs", ending=ending or "–")
    if media_type == JPEG:
        content = jpeg_without_private(content)
    if media_type == PNG:
        content = png_without_private(content)
    return Cleaned(media_type, content, safe_name(file_name, media_type))


def safe_name(file_name: str, media_type: str) -> str:
    """Return a name that is harmless on every system: no path, no control or direction marks."""
    text = unicodedata.normalize("NFC", file_name.replace("\\", "/")).rpartition("/")[2]
    text = "".join(mark for mark in text if unicodedata.category(mark)[0] != "C")
    text = re.sub(r'[<>:"|?*/\\]', "_", text)
    text = re.sub(r"\s+", " ", text).strip(" .")
    stem, _, ending = text.rpartition(".")
    if not stem or f".{ending.lower()}" not in ENDINGS[media_type]:
        stem, ending = text, ENDINGS[media_type][0].lstrip(".")
    stem = stem.strip(" .")[:_LONGEST_NAME] or "file"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{ending.lower()}"


def jpeg_without_private(content: bytes) -> bytes:
    """Return a JPEG without its EXIF data, comments and whatever stands behind its end."""
    kept, place, is_sized = [content[:2]], 2, False
    while place + 4 <= len(content):
        if content[place] != 0xFF:
            raise EvidenceRefused("evidence_damaged")
        marker = content[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        (length,) = struct.unpack(">H", content[place + 2 : place + 4])
        segment = content[place : place + 2 + length]
        if length < 2 or len(segment) < 2 + length:
            raise EvidenceRefused("evidence_damaged")
        if marker in _JPEG_SIZES and length >= 7:
            height, width = struct.unpack(">HH", segment[5:9])
            _refuse_flood(width, height)
            is_sized = True
        if marker == 0xDA and is_sized:
            end = content.rfind(b"\xff\xd9")
            if end < place:
                raise EvidenceRefused("evidence_damaged")
            _refuse_foreign(content[end + 2 :])
            return b"".join([*kept, content[place : end + 2]])
        if not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in _JPEG_KEPT:
            kept.append(segment)
        place += 2 + length
    raise EvidenceRefused("evidence_damaged")


def png_without_private(content: bytes) -> bytes:
    """Return a PNG without its texts and EXIF data; anything behind its end is refused."""
    kept, place = [_PNG_START], len(_PNG_START)
    while place + 12 <= len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        kind = content[place + 4 : place + 8]
        chunk = content[place : place + 12 + length]
        if len(chunk) < 12 + length or zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
            raise EvidenceRefused("evidence_damaged")
        if len(kept) == 1 and (kind != b"IHDR" or length != 13):
            raise EvidenceRefused("evidence_damaged")
        if kind == b"IHDR":
            _refuse_flood(*struct.unpack(">II", chunk[8:16]))
        if kind not in _PNG_PRIVATE:
            kept.append(chunk)
        place += 12 + length
        if kind == b"IEND":
            if content[place:].strip(b"\0"):
                raise EvidenceRefused("evidence_polyglot")
            return b"".join(kept)
    raise EvidenceRefused("evidence_damaged")


def notes_of(content: bytes, media_type: str) -> list[str]:
    """Return what a reader should know before he opens the file: scripts in a PDF."""
    if media_type != PDF:
        return []
    plain = _PDF_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), content)
    return ["active_pdf"] if _ACTIVE.search(plain) else []


def _kind_of(content: bytes, file_name: str) -> str:
    if content.startswith(_PNG_START):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _office(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise EvidenceRefused("evidence_old_or_locked")
    return _text(content, file_name)


def _pdf(content: bytes) -> str:
    end = content.rfind(b"%%EOF")
    if end < 0 or end < len(content) - 2048:
        raise EvidenceRefused("evidence_damaged")
    if b"PK\x05\x06" in content[-66_000:] or _has_foreign_start(content[end + 5 :]):
        raise EvidenceRefused("evidence_polyglot")
    head = content[:1024].lower()
    if any(mark in head for mark in (b"<html", b"<script", b"<!doctype", b"<?php")):
        raise EvidenceRefused("evidence_polyglot")
    return PDF


def _text(content: bytes, file_name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise EvidenceRefused("evidence_unknown_kind")
    if any(unicodedata.category(mark) == "Cc" and mark not in "\t\r\n\f" for mark in set(text)):
        raise EvidenceRefused("evidence_unknown_kind")
    if _has_foreign_start(text[:4096].encode()) or text.startswith("#!"):
        raise EvidenceRefused("evidence_unknown_kind")
    return CSV if file_name.strip().lower().endswith(".csv") else TEXT


def _office(content: bytes) -> str:
    """Return DOCX or XLSX of a package without macros, remote parts or bombs."""
    end = content.rfind(b"PK\x05\x06")
    if end < 0 or len(content) - end < 22:
        raise EvidenceRefused("evidence_damaged")
    (comment,) = struct.unpack("<H", content[end + 20 : end + 22])
    if end + 22 + comment != len(content) or comment:
        raise EvidenceRefused("evidence_polyglot")
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            _refuse_members(members)
            names = {entry.filename for entry in members}
            for entry in members:
                if entry.filename.endswith(".rels") or entry.filename == "[Content_Types].xml":
                    _refuse_part(archive.read(entry))
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise EvidenceRefused("evidence_damaged") from error
    if "[Content_Types].xml" not in names:
        raise EvidenceRefused("evidence_unknown_kind")
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names:
        return XLSX
    raise EvidenceRefused("evidence_unknown_kind")


def _refuse_members(members: list[ZipInfo]) -> None:
    if len(members) > _MOST_MEMBERS:
        raise EvidenceRefused("evidence_bomb")
    inflated = sum(entry.file_size for entry in members)
    packed = sum(entry.compress_size for entry in members)
    if inflated > _MOST_INFLATED or inflated > max(packed, 50_000) * _MOST_RATIO:
        raise EvidenceRefused("evidence_bomb")
    for entry in members:
        name = entry.filename
        if entry.flag_bits & 1:
            raise EvidenceRefused("evidence_old_or_locked")
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise EvidenceRefused("evidence_damaged")
        if name.lower().endswith(("vbaproject.bin", "vbadata.xml", ".exe", ".dll", ".js", ".vbs")):
            raise EvidenceRefused("evidence_macros")


def _refuse_part(part: bytes) -> None:
    """Refuse macros by content type, declarations of entities, and parts that lie elsewhere.

    The part is parsed, not searched: quotes, prefixes, references and encodings hide nothing then.
    """
    if re.search(rb"macroenabled|vbaproject", part.lower()):
        raise EvidenceRefused("evidence_macros")
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))
    parser.StartDoctypeDeclHandler = _refuse_declaration
    parser.EntityDeclHandler = _refuse_declaration
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise EvidenceRefused("evidence_damaged") from error
    for name, attributes in found:
        told = {key.rpartition("}")[2].lower(): value for key, value in attributes.items()}
        words = " ".join(told.values()).lower()
        if "macroenabled" in words or "vbaproject" in words:
            raise EvidenceRefused("evidence_macros")
        is_external = told.get("targetmode", "").strip().lower() == "external"
        is_link = told.get("type", "").lower().endswith("/hyperlink")
        if name.rpartition("}")[2].lower() == "relationship" and is_external and not is_link:
            raise EvidenceRefused("evidence_remote_part")


def _refuse_declaration(*_told: object) -> None:
    raise EvidenceRefused("evidence_damaged")


def _refuse_flood(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise EvidenceRefused("evidence_damaged")
    if width * height > _MOST_PIXELS:
        raise EvidenceRefused("evidence_pixel_flood", width=width, height=height)


def _refuse_foreign(rest: bytes) -> None:
    """Refuse another file behind the end of a picture; other trailers of cameras are dropped."""
    if any(mark in rest.lower() for mark in _FOREIGN):
        raise EvidenceRefused("evidence_polyglot")


def _has_foreign_start(head: bytes) -> bool:
    return any(mark in head.lower() for mark in _FOREIGN)

"""Bytes to text, strictly: a file is in one encoding「编码」 or it is refused with the line.

GB18030 accepts nearly every byte string, so it is the last resort and has to be plausible:

* *damaged UTF-8*: at least half of the non-ASCII bytes stand in valid UTF-8 sequences of three or
  four bytes (or in two-byte sequences of the Latin letters, C2 and C3). In Chinese text in
  GB18030 chance gives 2 to 5 %, in Chinese text in UTF-8 it is 100 % less the damage.
* *mixed*: some whole cell is valid UTF-8 with a three-byte sequence and holds a byte 80..A0, which
  the usual GB 2312 characters never use.
* *neither*: over a third of the characters end in an ASCII byte or lie in the private areas, as
  when Latin-1 or Big5 is read as GB18030 (about 60 % then); real text has few of them (镕 is one).

Whoever knows better passes ``encoding=``.
"""

import codecs
import re
from array import array
from dataclasses import dataclass
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from luoxuan.data.warehouse.intake.findings import FileRefused, Note
from luoxuan.data.warehouse.intake.raw import LONE_SURROGATE

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "xls"),
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
)
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml")
_UTF8_SEQUENCE = re.compile(
    rb"[\xC2\xC3][\x80-\xBF]|\xE0[\xA0-\xBF][\x80-\xBF]|[\xE1-\xEC\xEE\xEF][\x80-\xBF]{2}"
    rb"|\xED[\x80-\x9F][\x80-\xBF]|\xF0[\x90-\xBF][\x80-\xBF]{2}|[\xF1-\xF3][\x80-\xBF]{3}"
    rb"|\xF4[\x80-\x8F][\x80-\xBF]{2}"
)
_ASCII_BYTES = bytes(range(128))
# A whole cell that looks like UTF-8. "|" is no boundary: it can be the second byte in GB18030.
_UTF8_CELL = re.compile(
    rb"(?<![^,;\t\r\n\"])[ !#-+\--:<-~]*+"
    rb"(?:(?:[\xC2-\xDF][\x80-\xBF]|[\xE0-\xEF][\x80-\xBF]{2}|[\xF0-\xF4][\x80-\xBF]{3})"
    rb"[ !#-+\--:<-~]*+)++(?=[,;\t\r\n\"]|\Z)"
)
_THREE_BYTES = re.compile(rb"[\xE0-\xF4][\x80-\xBF]{2}")
_BELOW_GB2312 = re.compile(rb"[\x80-\xA0]")
_GB18030_CHARACTER = re.compile(
    rb"([\x81-\xFE][\x40-\x7E]|[\xAA-\xAF\xF8-\xFE][\xA1-\xFE]|[\xA1-\xA7][\x80-\xA0])"
    rb"|[\x81-\xFE](?:[\x30-\x39][\x81-\xFE][\x30-\x39]|[\x80-\xFE])"
)
_SAMPLE = 200_000
_BEGINNING = 4096
_BINARY = 50
_SURROGATE = re.compile("[\ud800-\udfff]")
_PIECE = 1024 * 1024
_WINDOWS, _WINDOW = 16, 256 * 1024
_LINE_END = re.compile(rb"\r\n?|\n")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file as UTF-8 bytes without byte order mark, and the encoding it came in."""

    data: bytes
    encoding: str
    notes: tuple[Note, ...] = ()


def line_at(data: bytes, offset: int) -> int:
    """Return the number of the physical line, from 1, that holds the byte at ``offset``."""
    return sum(1 for _ in _LINE_END.finditer(data, 0, offset)) + 1


def decode(data: bytes, *, encoding: str | None = None) -> Decoded:
    """Decode a text file as a whole; an explicit ``encoding`` wins over every guess.

    Raises FileRefused with line and offset when a byte does not belong to the encoding.
    """
    if not data:
        raise FileRefused("empty_file")
    if encoding is not None:
        decoded = _explicit(data, encoding)
    elif data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoded = _utf16_with_mark(data)
    else:
        _refuse_other_formats(data)
        decoded = _utf8_or_gb18030(data)
    _refuse_binary(decoded.data)
    if not decoded.data[:_BEGINNING].strip() and not decoded.data.strip():
        raise FileRefused("empty_file")
    return decoded


def _refuse_binary(data: bytes) -> None:
    """Refuse what holds so many NUL bytes that it is no text; single cells are judged later."""
    offset = data.find(b"\0")
    if offset >= 0 and (offset < len(_first_line(data)) or data.count(0) * _BINARY > len(data)):
        raise FileRefused("nul_byte", line=line_at(data, offset), offset=offset)


def _first_line(data: bytes) -> bytes:
    found = _LINE_END.search(data)
    return data[: found.start()] if found else data


def _refuse_other_formats(data: bytes) -> None:
    """Refuse what is no text at all by its first bytes, before somebody reads it as text."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise FileRefused("other_format", kind=kind)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower().startswith(_MARKUP):
        raise FileRefused("other_format", kind="html")
    if _is_utf16_without_mark(data):
        raise FileRefused("utf16_without_bom")


def guess_utf16(data: bytes) -> str | None:
    """Return the byte order that a text without mark most likely has, or None if it is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF8)):
        return None
    if len(data) % 2 or not _is_utf16_without_mark(data):
        return None
    sample = data[: 2 * _SAMPLE]
    return "utf-16-le" if sample[1::2].count(0) else "utf-16-be"


def _is_utf16_without_mark(data: bytes) -> bool:
    """Tell whether NUL bytes stand at one parity only and often: every ASCII character has one."""
    sample = data[: 2 * _SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    return even + odd >= 2 and min(even, odd) == 0 and (even + odd) * 20 >= len(sample)


def _explicit(data: bytes, encoding: str) -> Decoded:
    try:
        name = codecs.lookup(encoding).name
        if name in {"gb2312", "gbk", "cp936"}:
            name = "gb18030"  # a superset of both; the others refuse rare names
        text = _strictly(data, name)
    except (LookupError, ValueError) as error:
        raise FileRefused("unknown_encoding_name", encoding=encoding) from error
    note = Note("encoding", 1, {"encoding": name})
    return Decoded(_to_utf8(text), name, (note,))


def _strictly(data: bytes, encoding: str) -> str:
    handler = "surrogatepass" if encoding.startswith("utf-16") else "strict"
    try:
        return data.decode(encoding, handler).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise FileRefused(
            "undecodable",
            encoding=encoding,
            line=_line_in(data, error.start, encoding),
            offset=error.start,
        ) from error


def _line_in(data: bytes, offset: int, encoding: str) -> int:
    if not encoding.startswith("utf-16"):
        return line_at(data, offset)
    return line_at(_to_utf8(data[:offset].decode(encoding, "replace")), 10 * offset)


def _to_utf8(text: str) -> bytes:
    return _SURROGATE.sub(LONE_SURROGATE, text).encode()


def _utf16_with_mark(data: bytes) -> Decoded:
    name = "utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    note = Note("encoding", 1, {"encoding": name})
    return Decoded(_to_utf8(_strictly(data, name)), name, (note,))


def _utf8_or_gb18030(data: bytes) -> Decoded:
    name = "utf-8"
    if data.startswith(codecs.BOM_UTF8):
        name, data = "utf-8-sig", data.removeprefix(codecs.BOM_UTF8)
    try:
        if not _is_utf8(data):
            data.decode()
    except UnicodeDecodeError as error:
        if name == "utf-8-sig":
            raise _damaged_utf8(data, error, shift=3) from error
        return _gb18030(data, error)
    return Decoded(data, name)


def _is_utf8(data: bytes) -> bool:
    """Tell whether a text is UTF-8 without making a copy of it; False says nothing."""
    ends = pa.py_buffer(array("i", [0, len(data)]).tobytes())
    whole = pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(data)])
    try:
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _damaged_utf8(data: bytes, error: UnicodeDecodeError, *, shift: int = 0) -> FileRefused:
    line = line_at(data, error.start)
    return FileRefused("damaged_utf8", line=line, offset=error.start + shift)


def _gb18030(data: bytes, error: UnicodeDecodeError) -> Decoded:
    """Read as GB18030 what is not UTF-8, if it is plausible; see the rules of this module."""
    sample = _sample(data, error.start)
    outside_ascii = len(sample.translate(None, _ASCII_BYTES))
    in_sequences = sum(len(found) for found in _UTF8_SEQUENCE.findall(sample))
    if 2 * in_sequences >= outside_ascii:
        raise _damaged_utf8(data, error)
    # Without a byte below those of GB 2312 no cell is surely UTF-8; that look is a quick one.
    for cell in _UTF8_CELL.finditer(data) if _holds_below_gb2312(data) else ():
        if _is_surely_utf8(cell.group()):
            line, other = line_at(data, cell.start()), line_at(data, error.start)
            raise FileRefused("mixed_encodings", line=line, offset=cell.start(), other_line=other)
    recoded = _recoded(data, "gb18030")
    characters = islice(_GB18030_CHARACTER.finditer(data), _SAMPLE)
    unlikely = [found.group(1) is not None for found in characters]
    if 3 * sum(unlikely) > len(unlikely):
        raise FileRefused("unknown_encoding", line=line_at(data, error.start), offset=error.start)
    return Decoded(recoded, "gb18030", (Note("encoding", 1, {"encoding": "gb18030"}),))


def _sample(data: bytes, around: int) -> bytes:
    """Return a small file as a whole, of a large one pieces from everywhere."""
    if len(data) <= _WINDOWS * _WINDOW:
        return data
    starts = [around, *range(0, len(data), len(data) // _WINDOWS)]
    return b"\n".join(data[start : start + _WINDOW] for start in starts)


def _holds_below_gb2312(data: bytes) -> bool:
    cells = pa.Array.from_buffers(pa.uint8(), len(data), [None, pa.py_buffer(data)])
    first, many = pa.scalar(0x80, pa.uint8()), pa.scalar(0x21, pa.uint8())
    return any(
        pc.any(pc.less(pc.subtract(cells.slice(start, _PIECE), first), many)).as_py()
        for start in range(0, len(data), _PIECE)
    )


def _recoded(data: bytes, encoding: str) -> bytes:
    """Return a text as UTF-8, piece by piece: a whole one would take twice its size again."""
    decoder = codecs.getincrementaldecoder(encoding)()
    starts = range(0, len(data), _PIECE)
    try:
        return b"".join(
            decoder.decode(data[start : start + _PIECE], start + _PIECE >= len(data)).encode()
            for start in starts
        )
    except UnicodeDecodeError:
        return _to_utf8(_strictly(data, encoding))  # for the place of the mistake


def _is_surely_utf8(cell: bytes) -> bool:
    if not (_THREE_BYTES.search(cell) and _BELOW_GB2312.search(cell)):
        return False
    try:
        cell.decode()
    except UnicodeDecodeError:
        return False
    return True

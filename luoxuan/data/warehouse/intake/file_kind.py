"""What a file is「文件类型」 by its first bytes and its name; what cannot be read is named."""

from enum import StrEnum
from pathlib import PurePath

from luoxuan.data.warehouse.intake.findings import FileRefused

PARQUET_MAGIC = b"PAR1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UTF8_MARK = b"\xef\xbb\xbf"
# BIFF 2 to 4 are bare streams: the record "beginning of file" with its length.
_BARE_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta", b"<body", b"<style")
_NOT_READ = {".xls", ".xlsm", ".xltm", ".xlsb", ".xlam", ".ods", ".et", ".ett", ".wps", ".numbers"}
_ZIPPED = {
    "ods": b"opendocument",
    "docx": b"word/document.xml",
    "pptx": b"ppt/presentation.xml",
    "xlsb": b"xl/workbook.bin",
}
_WORKBOOKS = {".xlsx", ".xltx"}


class Kind(StrEnum):
    """The three forms in which rows may come「可读格式」."""

    WORKBOOK = "xlsx"
    PARQUET = "parquet"
    TEXT = "csv"


def kind_of(data: bytes, file_name: str) -> Kind:
    """Return how a file is to be read. Raises FileRefused if its content is something else."""
    suffix = PurePath(file_name.replace("\\", "/")).suffix.lower()
    if not data:
        raise FileRefused("empty_file")
    if data.startswith(_OLE):
        raise _compound_file(data, suffix)
    if suffix in _NOT_READ:
        raise FileRefused("other_format", kind=suffix.removeprefix("."))
    if data.startswith(_ZIP):
        return _zip_kind(data, suffix)
    if data.startswith(PARQUET_MAGIC) and (suffix == ".parquet" or data.endswith(PARQUET_MAGIC)):
        return Kind.PARQUET
    if suffix == ".parquet":
        raise FileRefused("damaged_parquet")
    if suffix in _WORKBOOKS:
        raise _no_workbook(data)
    return Kind.TEXT


def _zip_kind(data: bytes, suffix: str) -> Kind:
    for kind, sign in _ZIPPED.items():
        if sign in data[:4096] or sign in data[-65536:]:
            raise FileRefused("other_format", kind=kind)
    if suffix in _WORKBOOKS:
        return Kind.WORKBOOK
    if b"xl/workbook.xml" in data or b"[Content_Types].xml" in data:
        if not suffix:
            return Kind.WORKBOOK
        raise FileRefused("wrong_extension", kind="xlsx", extension=suffix.removeprefix("."))
    raise FileRefused("other_format", kind="zip")


def _compound_file(data: bytes, suffix: str) -> FileRefused:
    """Name an OLE file: an encrypted workbook holds its keys in a stream of a fixed name."""
    if "EncryptionInfo".encode("utf-16-le") in data:
        return FileRefused("password")
    names = {".et": "et", ".wps": "wps", ".doc": "doc"}
    return FileRefused("other_format", kind=names.get(suffix, "xls"))


def _no_workbook(data: bytes) -> FileRefused:
    start = data.removeprefix(_UTF8_MARK)[:512].lstrip().lower()
    if start.startswith(_MARKUP):
        return FileRefused("other_format", kind="html")
    if data.startswith(_BARE_BIFF):
        return FileRefused("other_format", kind="xls")
    if data.startswith(PARQUET_MAGIC):
        return FileRefused("wrong_extension", kind="parquet", extension="xlsx")
    if b"\0" not in data[:4096] or data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return FileRefused("wrong_extension", kind="csv", extension="xlsx")
    return FileRefused("damaged_workbook")

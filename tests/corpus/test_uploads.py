"""Evidence that is not what its name says is refused; what may come in comes in clean."""

import re
from datetime import date

import pytest

from luoxuan.campus.queries import subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.messages import refusal_text
from luoxuan.data.actions import file_evidence
from luoxuan.data.evidence_files import PDF, EvidenceRefused, notes_of, safe_name
from luoxuan.data.models import Evidence
from luoxuan.data.queries import store
from luoxuan.testing.college import NOW
from tests.corpus.expectations import assert_words
from tests.corpus.index import read_index
from tests.corpus.uploads import FILE_NAMES, UPLOADS, Upload

pytestmark = pytest.mark.django_db

BY_GENERATOR = {bad.generator: bad for bad in read_index() if bad.area == "upload"}


REFUSED = [
    pytest.param(sample, id=f"{bad.number}-{at}")
    for bad in BY_GENERATOR.values()
    if bad.generator and bad.outcome == "F"
    for at, sample in enumerate(UPLOADS[bad.generator]())
]


@pytest.fixture
def filed(installation, tmp_path):
    """File an upload as evidence of the eastern college."""

    def file(sample: Upload) -> Evidence:
        path = tmp_path / "upload"
        path.write_bytes(sample.data)
        return file_evidence(
            subject=subject_at(EVERYTHING, kind="UNIT", code="EAST"),
            owner=None,
            title="佐证",
            path=path,
            file_name=sample.name,
            dated_on=date(2026, 3, 1),
            by=None,
            at=NOW,
        )

    return file


@pytest.mark.parametrize("sample", REFUSED)
def test_a_disguised_file_is_refused_with_a_sentence(sample: Upload, filed):
    with pytest.raises(EvidenceRefused) as refused:
        filed(sample)
    assert refused.value.code == sample.code
    assert_words(refused.value.code, refusal_text(refused.value.code, refused.value.facts))
    assert not Evidence.objects.exists()


def test_a_photo_is_kept_without_its_position(filed):
    (sample,) = UPLOADS["photo_with_position"]()
    evidence = filed(sample)
    kept = (store().root / "originals" / evidence.sha256).read_bytes()
    assert kept.startswith(b"\xff\xd8")
    assert b"GPS" not in kept
    assert b"camera" not in kept


@pytest.mark.parametrize("sample", UPLOADS["scripted_pdf"](), ids=["plain", "escaped"])
def test_a_document_with_a_script_is_marked(sample: Upload, filed):
    assert filed(sample).media_type == PDF
    assert notes_of(sample.data, PDF) == ["active_pdf"]


@pytest.mark.parametrize("name", FILE_NAMES, ids=range(len(FILE_NAMES)))
def test_a_stored_name_is_safe_everywhere(name):
    found = safe_name(name, PDF)
    assert found.endswith(".pdf")
    assert 4 < len(found) <= 130
    assert not re.search(r'[\x00-\x1f<>:"|?*/\\\u202a-\u202e]', found)
    assert found.partition(".")[0].upper() not in {"CON", "NUL", "COM1", "LPT9", "", "."}

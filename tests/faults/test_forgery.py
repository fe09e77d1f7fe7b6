"""What somebody changed behind the product's back is told by `luoxuan verify`."""

import hashlib

import pytest

from .test_acts import PRINTED
from .test_kill import VERIFY

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

EMPTY = hashlib.sha256(b"{}").hexdigest()
FORGERIES = {
    "changed after it was frozen": (
        "UPDATE diagnosis_diagnosis SET content = '{}' WHERE content_hash <> ''"
    ),
    "changed after it was written": "UPDATE reports_document SET content = '{}'",
    # Whoever knows how the hash is made still does not change the audit entry.
    "is not the one that the audit entry names": (
        f"UPDATE reports_document SET content = '{{}}', content_hash = '{EMPTY}'"
    ),
    "its pdf is missing": (
        f"UPDATE reports_documentfile SET sha256 = '{EMPTY}' WHERE format = 'pdf'"
    ),
}


def test_frozen_content_that_was_changed_and_a_file_that_is_gone_are_found(copies):
    installation = copies("whole")
    assert installation.run(("act", "turn_loop"), *PRINTED.commands, VERIFY) == 0
    for told, statement in FORGERIES.items():
        forged = copies(told.replace(" ", "-"), installation)
        forged.change(statement)
        assert forged.run(VERIFY) == 1
        assert told in forged.output().splitlines()[-2]

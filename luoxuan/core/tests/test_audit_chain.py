"""Whatever is done to the audit entries afterwards is found, and nothing where nothing was done."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.db.models import F

from luoxuan.core.actions import create_user, record_audit
from luoxuan.core.audit_heads import folder, heads, write_head
from luoxuan.core.chain import FIELDS, hash_of
from luoxuan.core.migrations import __path__ as migrations
from luoxuan.core.models import AuditEntry, AuditHead
from luoxuan.core.verification import verify_core

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
NEXT_DAY = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.LUOXUAN_HOME = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def act(number, **facts):
    record_audit(
        by=None, at=AT, action="act", object_kind="Thing", object_key=str(number), facts=facts
    )


@pytest.fixture
def chain():
    """Six entries, the head remembered outside after the fifth."""
    for number in range(5):
        act(number, share=0.5, whole=2.0, names=["甲", {"a": None}], big=10**18)
    write_head(at=AT)
    act(5)


def entries(**which):
    return AuditEntry.objects.filter(**which)


def rechain(after):
    """Compute the hashes anew, as somebody who knows how."""
    previous = entries(sequence=after).values_list("hash", flat=True).first() or ""
    number = after
    for row in entries(sequence__gt=after).order_by("sequence").values():
        number += 1
        event = {**{name: row[name] for name in FIELDS}, "sequence": number}
        mark = hash_of(previous, event)
        entries(pk=row["id"]).update(sequence=number, previous_hash=previous, hash=mark)
        previous = mark
    AuditHead.objects.update(sequence=number, hash=previous)


def edit():
    entries(sequence=3).update(facts={"share": 0.6})


def change_the_person():
    entries(sequence=3).update(by_label="somebody")


def change_the_clock():
    entries(sequence=3).update(at=AT + timedelta(seconds=1))


def delete():
    entries(sequence=3).delete()


def insert():
    entries(sequence__gte=4).order_by("-sequence").update(sequence=F("sequence") + 100)
    entries(sequence__gte=100).update(sequence=F("sequence") - 99)
    row = entries(sequence=3).values().get()
    AuditEntry.objects.create(**{**row, "id": None, "sequence": 4, "object_key": "forged"})


def reorder():
    entries(sequence=2).update(sequence=99)
    entries(sequence=3).update(sequence=2)
    entries(sequence=99).update(sequence=3)


def truncate():
    entries(sequence__gt=4).delete()
    rechain(0)


def truncate_without_the_head():
    entries(sequence__gt=5).delete()


def rewrite_all():
    edit()
    rechain(0)


def rewrite_without_one():
    delete()
    rechain(2)


ATTACKS = [
    edit, change_the_person, change_the_clock, delete, insert, reorder, truncate,
    truncate_without_the_head, rewrite_all, rewrite_without_one,
]  # fmt: skip


def found():
    return {finding.invariant for finding in verify_core(at=AT)}


def test_an_untouched_chain_has_no_findings(chain):
    assert verify_core(at=AT) == []
    assert list(entries().values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert entries(sequence=1).get().previous_hash == ""
    assert AuditHead.objects.get().sequence == 6


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_every_forgery_is_found(chain, attack):
    attack()
    assert found() == {"I5"}


def test_without_the_head_outside_a_whole_rewrite_would_not_be_found(chain):
    rewrite_all()
    for path in folder().glob("*.json"):
        path.unlink()
    assert found() == set()


def test_an_unreadable_head_is_a_finding(chain):
    (path,) = folder().glob("*.json")
    path.write_text("{", encoding="utf-8")
    assert found() == {"I5"}


def test_the_head_of_the_day_moves_with_the_chain_and_older_days_stay(chain):
    assert list(heads()) == [5]
    assert write_head(at=AT) is not None
    assert list(heads()) == [6]
    assert write_head(at=AT) is None
    act(6)
    assert write_head(at=NEXT_DAY) is not None
    assert list(heads()) == [6, 7]


def test_a_forged_chain_does_not_overwrite_the_head_that_convicts_it(chain):
    rewrite_all()
    assert write_head(at=AT) is None
    assert found() == {"I5"}


def test_an_act_that_is_rolled_back_leaves_no_gap(chain):
    with transaction.atomic():
        act(7)
        transaction.set_rollback(True)
    act(8)
    assert verify_core(at=AT) == []
    assert AuditHead.objects.get().sequence == 7


def test_the_migration_links_entries_as_the_action_does():
    from importlib import import_module  # noqa: PLC0415 - its name begins with a digit

    assert migrations
    migration = import_module("luoxuan.core.migrations.0002_background")
    user = create_user(username="li", name="李", password="correct-horse-7", by=None, at=AT)  # noqa: S106
    record_audit(
        by=user, at=AT, action="a", object_kind="K", object_key="1", facts={"n": 2.0, "t": ["x"]}
    )
    before = list(entries().values("sequence", "previous_hash", "hash"))
    AuditHead.objects.all().delete()
    entries().update(previous_hash="", hash="")
    registry = SimpleNamespace(
        get_model=lambda _, name: {"AuditEntry": AuditEntry, "AuditHead": AuditHead}[name]
    )
    migration.chain_entries(registry, connection.schema_editor)
    assert list(entries().values("sequence", "previous_hash", "hash")) == before
    assert verify_core(at=AT) == []

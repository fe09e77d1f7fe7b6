"""Login identities and settings of the institution: written, refused, audited."""

import pytest
from django.contrib.auth import authenticate

from luoxuan.core.actions import (
    PasswordTooWeak,
    UsernameTaken,
    create_user,
    deactivate_user,
    set_institution,
)
from luoxuan.core.authentication import PasswordBackend
from luoxuan.core.models import AuditEntry, InstitutionSetting, User
from luoxuan.core.once import remembering
from luoxuan.core.queries import institution_settings, user_named
from luoxuan.testing.college import NOW

pytestmark = pytest.mark.django_db
GOOD = "correct-horse-battery"


@pytest.fixture(autouse=True)
def cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def create(username: str = "lin", password: str = GOOD, by: User | None = None) -> User:
    return create_user(username=username, name="林敏", password=password, by=by, at=NOW)


def test_a_user_is_created_with_a_hashed_password_and_an_audit_entry():
    user = create()
    assert user.check_password(GOOD)
    assert GOOD not in user.password
    assert user.created_at == NOW
    other = create("wang", by=user)
    entry = AuditEntry.objects.get(object_key="wang")
    assert (entry.action, entry.by, entry.by_label, entry.facts) == ("create_user", user, "lin", {})
    assert user_named("wang") == other
    assert user_named("nobody") is None


def test_a_name_is_taken_once():
    create()
    with pytest.raises(UsernameTaken) as refused:
        create()
    assert (refused.value.code, refused.value.facts) == ("username_taken", {"username": "lin"})
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("password", ["", "short", "password123", "1234567890", "linminlinmin"])
def test_a_weak_password_is_refused_and_nobody_is_created(password):
    with pytest.raises(PasswordTooWeak) as refused:
        create("linminlinmin", password)
    assert refused.value.code == "password_too_weak"
    assert refused.value.facts["reasons"]
    assert not User.objects.exists()


def test_a_deactivated_user_neither_comes_in_nor_stays():
    user = create()
    assert authenticate(username="lin", password=GOOD) == user
    deactivate_user(user=user, by=None, at=NOW)
    assert authenticate(username="lin", password=GOOD) is None
    assert PasswordBackend().get_user(user.pk) is None
    entry = AuditEntry.objects.get(action="deactivate_user")
    assert entry.object_key == "lin", "the same key as when the user was created"


@pytest.mark.parametrize(
    ("username", "password"), [(None, GOOD), ("lin", None), ("lin", "x"), ("x", GOOD)]
)
def test_only_name_and_password_together_come_in(username, password):
    create()
    assert PasswordBackend().authenticate(None, username=username, password=password) is None


def test_settings_of_the_institution_are_written_and_audited_only_when_they_change():
    set_institution(values={"title": "甲", "notice": "乙"}, by=None, at=NOW)
    set_institution(values={"title": "甲", "notice": "丙"}, by=None, at=NOW)
    set_institution(values={"title": "甲"}, by=None, at=NOW)
    assert institution_settings() == {"title": "甲", "notice": "丙"}
    assert InstitutionSetting.objects.count() == 2
    entries = AuditEntry.objects.order_by("id").values_list("object_key", "facts")
    assert list(entries) == [
        ("notice,title", {"title": "甲", "notice": "乙"}),
        ("notice", {"notice": "丙"}),
    ]


def test_settings_are_read_once_for_a_request_and_anew_once_written(django_assert_num_queries):
    set_institution(values={"title": "甲"}, by=None, at=NOW)
    with remembering():
        with django_assert_num_queries(1):
            assert institution_settings() == institution_settings() == {"title": "甲"}
        set_institution(values={"title": "乙"}, by=None, at=NOW)
        assert institution_settings() == {"title": "乙"}
        InstitutionSetting.objects.update(value="丙")
    with remembering():
        assert institution_settings() == {"title": "丙"}
    with django_assert_num_queries(2):
        assert institution_settings() == institution_settings()


def test_an_entry_of_the_audit_names_who_did_what_to_what():
    create()
    assert str(AuditEntry.objects.get()) == f"{NOW:%Y-%m-%d %H:%M} luoxuan create_user lin"

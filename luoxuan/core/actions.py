"""Writes of the core: audit entries, users, settings of the institution."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from luoxuan.core.errors import Refused
from luoxuan.core.logs import request_id
from luoxuan.core.models import AuditEntry, InstitutionSetting, User


class UsernameTaken(Refused):
    """Another login identity has this name."""


class PasswordTooWeak(Refused):
    """The password is short, common or like the name."""


def record_audit(
    *,
    by: User | None,
    at: datetime,
    action: str,
    object_kind: str,
    object_key: str,
    facts: dict[str, object] | None = None,
    by_label: str = "",
) -> AuditEntry:
    """Write one audit entry「审计日志」 into the transaction of the act itself.

    ``by`` is None for a command; ``by_label`` then names it.
    """
    return AuditEntry.objects.create(
        at=at,
        by=by,
        by_label=by_label or (by.username if by else "luoxuan"),
        action=action,
        object_kind=object_kind,
        object_key=object_key[:200],
        facts=facts or {},
        request_id=request_id.get(),
    )


@transaction.atomic
def create_user(*, username: str, name: str, password: str, by: User | None, at: datetime) -> User:
    """Create a login identity「用户」; raises UsernameTaken and PasswordTooWeak."""
    if User.objects.filter(username=username).exists():
        raise UsernameTaken("username_taken", username=username)
    user = User(username=username, name=name, created_at=at)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordTooWeak("password_too_weak", reasons=error.messages) from error
    user.set_password(password)
    user.save()
    record_audit(by=by, at=at, action="create_user", object_kind="User", object_key=username)
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: User | None, at: datetime) -> None:
    """Deactivate a login identity; its open sessions end with the next request."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    record_audit(
        by=by, at=at, action="deactivate_user", object_kind="User", object_key=user.username
    )


@transaction.atomic
def set_institution(*, values: dict[str, str], by: User | None, at: datetime) -> None:
    """Set settings of the institution「院校设置」; only changed ones are written and audited."""
    known = dict(InstitutionSetting.objects.values_list("name", "value"))
    changed = {name: value for name, value in values.items() if known.get(name) != value}
    for name, value in changed.items():
        InstitutionSetting.objects.update_or_create(name=name, defaults={"value": value})
    if changed:
        record_audit(
            by=by,
            at=at,
            action="set_institution",
            object_kind="InstitutionSetting",
            object_key=",".join(sorted(changed)),
            facts=dict(changed),
        )

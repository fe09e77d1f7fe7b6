"""Writing users and settings of the institution."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from luoxuan.core.actions.audit import record_audit
from luoxuan.core.errors import Refused
from luoxuan.core.models import InstitutionSetting, User
from luoxuan.core.once import forget
from luoxuan.core.queries import SETTINGS


class UsernameTaken(Refused):
    """Another login identity has this name."""


class PasswordTooWeak(Refused):
    """The password is short, common or like the name."""


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
    forget(SETTINGS)
    if changed:
        record_audit(
            by=by,
            at=at,
            action="set_institution",
            object_kind="InstitutionSetting",
            object_key=",".join(sorted(changed)),
            facts=dict(changed),
        )

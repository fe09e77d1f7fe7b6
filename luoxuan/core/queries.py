"""What core knows about the institution, its users and its acts."""

from collections.abc import Mapping

from luoxuan.core.models import InstitutionSetting, User


def institution_settings() -> Mapping[str, str]:
    """Return every setting of the institution「院校设置」 by name."""
    return dict(InstitutionSetting.objects.values_list("name", "value"))


def user_named(username: str) -> User | None:
    """Return the login identity of that name, or None."""
    return User.objects.filter(username=username).first()

"""Login by password. Rights are not decided here: they are grants of campus."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from luoxuan.core.models import User


class PasswordBackend(BaseBackend):
    """Checks name and password of an active user「用户」."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None
    ) -> User | None:
        """Return the user, or None; an unknown name costs as much time as a wrong password."""
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return the active user of a session; a deactivated one has no session any more."""
        return User.objects.filter(pk=user_id, is_active=True).first()

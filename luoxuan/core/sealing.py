"""Sealing「密封」: secrets of other systems are kept encrypted and never shown again."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from luoxuan.core.errors import Refused


class SecretUnreadable(Refused):
    """A secret was sealed with another key than the one in force; it has to be entered again."""


def seal(secret: str) -> str:
    """Encrypt a secret with the key of the installation; nothing stays nothing."""
    return _cipher().encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str) -> str:
    """Return a sealed secret for the one call that needs it. Raises SecretUnreadable."""
    if not sealed:
        return ""
    try:
        return _cipher().decrypt(sealed.encode("ascii")).decode()
    except InvalidToken as error:
        raise SecretUnreadable("secret_unreadable") from error


def _cipher() -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"luoxuan.sealing")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))

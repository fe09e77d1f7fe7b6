"""The command luoxuan: everything a program may want, with honest exit statuses."""

import os
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

import django


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status.

    0 done · 1 refused or findings · 2 wrong usage · 3 internal error.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoxuan.settings")
    if not os.environ.get("LUOXUAN_SECRET_KEY"):
        os.environ["LUOXUAN_SECRET_KEY"] = _own_secret_key()
    django.setup()
    # The commands import models, which exist only after the set-up above.
    from luoxuan.cli.commands import run  # noqa: PLC0415

    return run(list(sys.argv[1:] if arguments is None else arguments))


def _own_secret_key() -> str:
    """Return the key of this data folder; a random one is made on first use."""
    default = Path(__file__).resolve().parents[2] / "var"
    folder = Path(os.environ.get("LUOXUAN_HOME") or default)
    path = folder / "secret-key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text(encoding="utf-8")

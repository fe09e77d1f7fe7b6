"""What commands do around the product: set-up, demonstration, serving, working."""

import csv
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as Collect
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from luoxuan.campus.actions import assign_role
from luoxuan.campus.queries import subjects, units
from luoxuan.campus.rules import SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.core.actions import create_user
from luoxuan.core.folder_probe import probe_folder
from luoxuan.core.models import User
from luoxuan.data.warehouse.intake import message
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import SHIPPED, import_folder, load_package
from luoxuan.portal.demonstration import write_demonstration
from luoxuan.portal.demonstration.deliveries import deliver
from luoxuan.portal.demonstration.happenings import play

_ACCOUNTS = "demonstration-accounts.json"


def prepare() -> None:
    """Make the data folder, try it, and bring the database to the tables of this version.

    Raises FolderUnsafe.
    """
    settings.LUOXUAN_HOME.mkdir(parents=True, exist_ok=True)
    settings.LUOXUAN_WAREHOUSE.mkdir(parents=True, exist_ok=True)
    probe_folder(settings.LUOXUAN_HOME)
    if settings.LUOXUAN_WAREHOUSE.stat().st_dev != settings.LUOXUAN_HOME.stat().st_dev:
        probe_folder(settings.LUOXUAN_WAREHOUSE)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def build_demonstration(*, seed: int, students: int) -> dict[str, Any]:
    """Build the demonstration college once and return its accounts and their password."""
    known = settings.LUOXUAN_HOME / _ACCOUNTS
    if known.is_file():
        found: dict[str, Any] = json.loads(known.read_text(encoding="utf-8"))
        return found
    folder = settings.LUOXUAN_HOME / "demonstration"
    now = timezone.now()
    output.write_note(
        "正在生成示范学院（全部数据为程序生成）… / building the demonstration college …"
    )
    write_demonstration(folder, seed=seed, students=students)
    load_package(SHIPPED / "foundation", by=None, at=now)
    load_package(SHIPPED / "data-standard", by=None, at=now)
    load_package(folder / "package", by=None, at=now)
    # The accounts come first: whoever is warned must be there when the alerts open.
    accounts = _open_accounts(folder / "accounts.csv")
    catch_up(by=None, at=timezone.now())
    users = {user.username: user for user in User.objects.all()}
    play(users, at=timezone.now())
    deliver(folder / "deliveries", users, at=timezone.now())
    catch_up(by=None, at=timezone.now())
    known.write_text(json.dumps(accounts, ensure_ascii=False, indent=2), encoding="utf-8")
    known.chmod(0o600)
    return accounts


def print_accounts(accounts: dict[str, Any]) -> None:
    """Print the demonstration's accounts and their common password."""
    output.write_table(("username", "name", "role"), accounts["accounts"])
    output.write_line(f"密码 / password: {accounts['password']}")


def open_with(*, package: Path, folder: Path | None) -> None:
    """Load a package, import a folder, catch up; open a first account if there is none."""
    now = timezone.now()
    report = load_package(package, by=None, at=now)
    output.write_note(f"{report.origin}: {len(report.changes)}")
    if folder is not None:
        for name, done in import_folder(folder, by=None, at=now):
            if done is None:
                output.write_note(f"{name}: 没有这个文件 / not there")
                continue
            output.write_note(
                f"{name}: {done.disposition} +{done.rows_accepted} -{done.rows_rejected}"
            )
            for note in done.notes:
                words = note_text(note, "zh")
                output.write_note(f"  · {words} ({note['count']})")
            for error in done.errors[:5]:
                output.write_note(
                    f"  ! {error['cell']} {message(error['code'], 'zh', **error['facts'])}"
                )
    done_up = catch_up(by=None, at=timezone.now())
    output.write_note(
        f"readings: {done_up.refresh.n_readings}, alerts opened: {done_up.watches.n_opened}"
    )
    if not User.objects.exists():
        _open_first_account()


def note_text(note: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a note: of the import itself, or of the reading of its file."""
    if note["code"] == "already_imported":
        return gettext("这个文件已经导入过，没有重复写入。")
    return message(note["code"], language, count=note["count"], **note["facts"])


def collect_static_files() -> None:
    """Put every static file beside its hashed, compressed twin; pages ask for the twins then.

    The settings choose their storage by what is collected already, hence it is named here.
    """
    command = Collect()
    command.storage = import_string(settings.LUOXUAN_STATIC_STORAGE)()
    call_command(command, verbosity=0, interactive=False)


def serve(*, host: str, port: int, workers: int) -> None:
    """Become the web server; the worker runs beside it and ends with it."""
    collect_static_files()
    connections.close_all()
    subprocess.Popen([sys.executable, "-m", "luoxuan.cli", "worker", "--watched", "--with-parent"])
    output.write_line(f"http://{host}:{port}/")
    sys.stdout.flush()
    command = [
        sys.executable, "-m", "gunicorn", "luoxuan.wsgi:application", "--bind", f"{host}:{port}",
        "--workers", str(workers), "--threads", "4", "--worker-class", "gthread",
        "--timeout", "120", "--log-level", "warning",
    ]  # fmt: skip
    # Our own interpreter with our own arguments; becoming the server keeps one process to end.
    os.execv(sys.executable, command)  # noqa: S606


def password_from(path: Path | None) -> str:
    """Return the first line of a file, or a random password."""
    if path is None:
        return secrets.token_urlsafe(12)
    return path.read_text(encoding="utf-8").splitlines()[0]


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV with a byte order mark, as spreadsheets expect it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([[_harmless(cell) for cell in row] for row in rows])


def _harmless(cell: object) -> object:
    """Return a cell that a spreadsheet does not take for a formula."""
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return "" if cell is None else cell


def _open_accounts(path: Path) -> dict[str, Any]:
    password = secrets.token_urlsafe(9)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    now = timezone.now()
    for row in rows:
        user = create_user(
            username=row["username"], name=row["name"], password=password, by=None, at=now
        )
        kind, _, code = row["subject"].partition(":")
        unit = units(EVERYTHING).filter(subject__code=row["unit"]).first() if row["unit"] else None
        is_whole = unit is not None and unit.parent_id is None
        subject = subjects(EVERYTHING).get(kind=kind, code=code) if row["subject"] else None
        assign_role(
            user=user, role=row["role"], by=None, at=now,
            subject=subject, unit=None if is_whole else unit, is_whole_institution=is_whole,
        )  # fmt: skip
        _grant_taught_classes(user, row["role"], subject)
    named = [{name: row[name] for name in ("username", "name", "role")} for row in rows]
    return {"password": password, "accounts": named}


def _grant_taught_classes(user: User, role: str, subject: Any) -> None:
    """Grant a teacher's own classes: a teacher is no place that a class lies in."""
    if subject is None or subject.kind != SubjectKind.TEACHER:
        return
    for membership in subject.memberships.filter(
        group__kind=SubjectKind.TEACHING_CLASS, valid_to=None
    ):
        assign_role(user=user, role=role, by=None, at=timezone.now(), subject=membership.group)


def _open_first_account() -> None:
    password = secrets.token_urlsafe(12)
    now = timezone.now()
    user = create_user(
        username="quality", name="质量管理办公室", password=password, by=None, at=now
    )
    assign_role(user=user, role="quality_office", by=None, at=now, is_whole_institution=True)
    output.write_line(f"用户名 / username: quality   密码 / password: {password}")

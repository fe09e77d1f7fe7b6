"""Commands about the people who log in, their rights and their access tokens."""

import argparse
import uuid
from dataclasses import asdict
from pathlib import Path

from django.utils import timezone

from luoxuan.campus.actions import assign_role
from luoxuan.campus.models import AccessToken, Subject, Unit
from luoxuan.campus.queries import scope_for, subjects, units
from luoxuan.campus.rules import Action, Level, Resource
from luoxuan.campus.scope import EVERYTHING
from luoxuan.campus.token_actions import create_token, revoke_token
from luoxuan.campus.token_queries import tokens_of
from luoxuan.cli import output, service
from luoxuan.cli.command import DONE, REFUSED, USAGE, Add, NotFound
from luoxuan.core.actions import create_user, deactivate_user
from luoxuan.core.models import User
from luoxuan.core.queries import user_named

_TOKEN_VERBS = ("add", "list", "revoke")
_COLUMNS = (
    "id",
    "name",
    "prefix",
    "read_only",
    "created_at",
    "expires_at",
    "last_used_at",
    "ended",
)


def register(add: Add) -> None:
    """Declare the commands of this group."""
    user = add(
        "user",
        _user,
        "people who log in, their rights and access tokens",
        "user grant wang --role course_leader --subject COURSE:AAA",
    )
    user.add_argument("verb", choices=("add", "grant", "deactivate", "token"))
    user.add_argument(
        "names", nargs="+", metavar="NAME", help="the user; after token: add, list or revoke first"
    )
    user.add_argument("--name", default="", help="of the person, or what a token is for")
    user.add_argument("--password-file", type=Path, help="a file whose first line is the password")
    user.add_argument("--role")
    user.add_argument("--subject", help="KIND:code")
    user.add_argument("--unit")
    user.add_argument("--level", choices=[*Level])
    user.add_argument("--whole", action="store_true", help="the whole institution")
    user.add_argument("--days", type=int, default=90, help="how long a token holds")
    user.add_argument("--read-only", action="store_true", help="a token that writes nothing")
    user.add_argument("--id", type=int, default=0, help="which token to revoke")

    authz = add(
        "authz",
        _authz,
        "say whether and where a user may do something",
        "authz explain wang view indicator",
    )
    authz.add_argument("verb", choices=("explain",))
    authz.add_argument("username")
    authz.add_argument("action", choices=[*Action])
    authz.add_argument("object", choices=[*Resource])


def _user(options: argparse.Namespace) -> int:
    is_token = options.verb == "token"
    if len(options.names) != 1 + is_token or (is_token and options.names[0] not in _TOKEN_VERBS):
        output.write_note("luoxuan user {add,grant,deactivate} NAME | token {add,list,revoke} NAME")
        return USAGE
    if is_token:
        return _token(options, _known_user(options.names[1]))
    if options.verb == "add":
        return _add(options)
    now = timezone.now()
    user = _known_user(options.names[0])
    if options.verb == "deactivate":
        deactivate_user(user=user, by=None, at=now)
        return DONE
    assign_role(
        user=user, role=options.role or "", by=None, at=now,
        subject=_subject(options.subject) if options.subject else None,
        unit=_unit(options.unit) if options.unit else None,
        level=Level(options.level) if options.level else None,
        is_whole_institution=options.whole,
    )  # fmt: skip
    return DONE


def _add(options: argparse.Namespace) -> int:
    username = options.names[0]
    if options.password_file and not options.password_file.is_file():
        raise NotFound("file_not_found", path=str(options.password_file))
    password = service.password_from(options.password_file)
    user = create_user(
        username=username, name=options.name or username, password=password,
        by=None, at=timezone.now(),
    )  # fmt: skip
    output.write_note(user.username if options.password_file else f"{user.username} {password}")
    return DONE


def _token(options: argparse.Namespace, user: User) -> int:
    verb, now = options.names[0], timezone.now()
    if verb == "revoke":
        token = tokens_of(user).filter(pk=options.id).first()
        if token is None:
            raise NotFound("unknown_token", token=options.id)
        revoke_token(token=token, by=None, at=now)
        return DONE
    if verb == "add":
        if not 1 <= options.days <= 3650:
            output.write_note("--days 1…3650")
            return USAGE
        made = create_token(
            user=user, name=(options.name or user.username)[:100], days=options.days,
            receipt=uuid.uuid4().hex, is_read_only=options.read_only, by=None, at=now,
        )  # fmt: skip
        document = {**_token_row(made.token), "secret": made.secret}
        output.write_json(document) if options.json else output.write_line(made.secret)
        return DONE
    rows = [_token_row(token) for token in tokens_of(user)]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE


def _token_row(token: AccessToken) -> dict[str, object]:
    return {
        "id": token.pk,
        "name": token.name,
        "prefix": token.prefix,
        "read_only": token.is_read_only,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "used_at": token.last_used_at,
        "ended": token.revoked_at,
    }


def _authz(options: argparse.Namespace) -> int:
    user = _known_user(options.username)
    resource, action = Resource(options.object), Action(options.action)
    scope = scope_for(user, resource, action, on=timezone.localdate())
    document = {"allowed": scope is not None, "scope": asdict(scope) if scope else None}
    if options.json:
        output.write_json(document)
    else:
        for name, value in document.items():
            output.write_line(f"{name}: {value}")
    return DONE if scope else REFUSED


def _subject(text: str) -> Subject:
    kind, _, code = text.partition(":")
    found = subjects(EVERYTHING).filter(kind=kind, code=code).first()
    if found is None:
        raise NotFound("unknown_subject", kind=kind, subject=code)
    return found


def _unit(code: str) -> Unit:
    found = units(EVERYTHING).filter(subject__code=code).first()
    if found is None:
        raise NotFound("unit_unknown", unit=code)
    return found


def _known_user(username: str) -> User:
    user = user_named(username)
    if user is None:
        raise NotFound("unknown_user", username=username)
    return user

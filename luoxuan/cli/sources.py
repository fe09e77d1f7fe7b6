"""Commands about sources: other systems that data come from by themselves."""

import argparse
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import output
from luoxuan.cli.command import DONE, REFUSED, Add, NotFound
from luoxuan.cli.intake import known_dataset
from luoxuan.data.models import Source
from luoxuan.data.sources.actions import (
    SourceRefused,
    declare_source,
    save_source,
    switch_source,
)
from luoxuan.data.sources.blocks import reason_of, schedule_words
from luoxuan.data.sources.catalogue import source_values, stored_values, written_values
from luoxuan.data.sources.pulls import pull_source
from luoxuan.data.sources.queries import pulls_of, sources
from luoxuan.data.sources.rules import PullOutcome
from luoxuan.portal.catch_up import catch_up

_REFUSED = (PullOutcome.FAILED, PullOutcome.HELD)
_COLUMNS = ("name", "kind", "dataset", "is_enabled", "schedule", "outcome", "reason")


def register(add: Add) -> None:
    """Declare the commands of this group."""
    group = add("sources", _sources, "systems that data are pulled from", "sources pull scores")
    group.add_argument("verb", choices=("list", "add", "secret", "pull", "start", "pause"))
    group.add_argument("what", nargs="?", default="", help="a name, or a TOML file for add")
    group.add_argument(
        "--secret-file", type=Path, help="a file whose first line is the password or token"
    )


def _sources(options: argparse.Namespace) -> int:
    if options.verb == "list":
        return _list(options)
    if options.verb == "add":
        return _add(options)
    source = sources(EVERYTHING).filter(name=options.what).first()
    if source is None:
        raise NotFound("unknown_source", name=options.what)
    if options.verb == "pull":
        return _pull(options, source)
    if options.verb == "secret":
        return _keep_secret(options, source)
    switch_source(source=source, is_enabled=options.verb == "start", by=None, at=timezone.now())
    return DONE


def _list(options: argparse.Namespace) -> int:
    rows = [_row(source) for source in sources(EVERYTHING)]
    output.write_json(rows) if options.json else output.write_table(_COLUMNS, rows)
    return DONE


def _row(source: Source) -> dict[str, Any]:
    pull = pulls_of(source).first()
    return {
        "name": source.name,
        "kind": source.kind,
        "dataset": source.dataset.name,
        "is_enabled": source.is_enabled,
        "schedule": schedule_words(source),
        "outcome": pull.outcome if pull else "",
        "reason": reason_of(pull) if pull else "",
    }


def _add(options: argparse.Namespace) -> int:
    path = Path(options.what)
    if not path.is_file():
        raise NotFound("file_not_found", path=options.what)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise SourceRefused("source_bad_setting", name=path.name) from error
    name = str(told.pop("name", path.stem))
    try:
        values = source_values(name, told)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise SourceRefused("source_bad_setting", name=f"{name}: {error}"[:100]) from error
    written = written_values(name, values, known_dataset(values["dataset"]))
    source = declare_source(
        values=replace(written, secret=_secret(options.secret_file)), mapping=values["mapping"],
        by=None, at=timezone.now(),
    )  # fmt: skip
    output.write_note(source.name)
    return DONE


def _secret(path: Path | None) -> str:
    """Return the first line of a file; what stands on a command line stands in its history."""
    if path is None:
        return ""
    if not path.is_file():
        raise NotFound("file_not_found", path=str(path))
    return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")


def _keep_secret(options: argparse.Namespace, source: Source) -> int:
    if options.secret_file is None:
        raise SourceRefused("source_bad_setting", name="--secret-file")
    values = written_values(source.name, stored_values(source), source.dataset)
    save_source(
        source=source, values=replace(values, secret=_secret(options.secret_file)),
        by=None, at=timezone.now(), origin=source.origin,
    )  # fmt: skip
    return DONE


def _pull(options: argparse.Namespace, source: Source) -> int:
    pulls = pull_source(source=source, by=None)
    rows = [
        {
            "outcome": pull.outcome,
            "version": pull.version_number,
            "rows_read": pull.rows_read,
            "rows_accepted": pull.rows_accepted,
            "rows_rejected": pull.rows_rejected,
            "reason": reason_of(pull),
        }
        for pull in pulls
    ]
    if options.json:
        output.write_json(rows)
    else:
        output.write_table(tuple(rows[0]) if rows else ("outcome",), rows)
    catch_up(by=None, at=timezone.now())
    return REFUSED if any(pull.outcome in _REFUSED for pull in pulls) else DONE

"""The commands, what they accept and what they print."""

import argparse
import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.utils import timezone, translation

from luoxuan import __version__
from luoxuan.campus.rules import Level, SubjectKind
from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import (
    collections,
    diagnosis,
    directory,
    exchange,
    goals,
    improvement,
    indicator,
    intake,
    jobs,
    lake,
    output,
    quality,
    reports,
    service,
    settings,
    sources,
    standard,
    units,
    upkeep,
    users,
)
from luoxuan.cli.command import DONE, INTERNAL, REFUSED, Command, NotFound
from luoxuan.core.damage import is_damaged
from luoxuan.core.errors import Refused
from luoxuan.core.messages import refusal_text
from luoxuan.data.formula import FormulaRefused, describe, explain, parse_measure
from luoxuan.data.queries import field_infos
from luoxuan.indicators.actions import compute_readings
from luoxuan.indicators.models import IndicatorVersion
from luoxuan.indicators.queries import (
    datasets_of,
    indicator_coded,
    judged,
    reading_at,
    readings,
    rows_of,
)
from luoxuan.monitoring.actions import run_watches
from luoxuan.monitoring.queries import alerts
from luoxuan.monitoring.rules import AlertState
from luoxuan.portal.configuration import export_package, load_package

logger = logging.getLogger("luoxuan.cli")

_GROUPS = (
    intake, jobs, goals, improvement, indicator, diagnosis, directory, exchange, quality, reports,
    settings, sources, standard, collections, units, lake, upkeep, users,
)  # fmt: skip


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit status."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    command: Command = options.command
    with translation.override("en" if options.lang == "en" else "zh-hans"):
        try:
            service.prepare()
            return command(options)
        except Refused as refused:
            text = refusal_text(refused.code, refused.facts)
            if options.json:
                output.write_json(
                    {"refused": refused.code, "facts": refused.facts, "message": text}
                )
            output.write_note(text)
            return REFUSED
        except FormulaRefused as refused:
            text = describe(refused, options.lang)
            if options.json:
                facts = {**refused.facts, "position": refused.position, "length": refused.length}
                output.write_json({"refused": refused.code, "facts": facts, "message": text})
            output.write_note(text)
            return REFUSED
        except DatabaseError as error:
            logger.exception("internal error")
            if is_damaged(error):
                output.write_note(refusal_text("database_damaged", {"reason": str(error).strip()}))
            return INTERNAL
        except Exception:
            logger.exception("internal error")
            return INTERNAL


def command_names() -> list[str]:
    """Return the names of all commands, sorted."""
    subcommands = next(action for action in _parser()._actions if isinstance(action.choices, dict))
    return sorted(subcommands.choices or ())


def _parser() -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--json", action="store_true", help="one JSON document on standard output")
    shared.add_argument("--lang", choices=("zh", "en"), default="zh", help="language of messages")
    parser = argparse.ArgumentParser(prog="luoxuan", description="Luoxuan 螺旋: 质量诊断与改进")
    parser.add_argument("--version", action="version", version=f"luoxuan {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Command, about: str, example: str) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, parents=[shared], help=f"{about}  ($ luoxuan {example})",
            description=about, epilog=f"example: luoxuan {example}",
        )  # fmt: skip
        made.set_defaults(command=command)
        return made

    demo = add("demo", _demo, "build the demonstration college", "demo --seed 7")
    demo.add_argument("--students", type=int, default=3000)
    demo.add_argument("--seed", type=int, default=7)

    config = add(
        "config",
        _config,
        "load or export a configuration package",
        "config load examples/oulad --dry-run",
    )
    config.add_argument("verb", choices=("load", "export"))
    config.add_argument("path", type=Path)
    config.add_argument("--dry-run", action="store_true", help="show the difference, write nothing")

    refresh = add(
        "refresh",
        _refresh,
        "compute readings that lag behind",
        "refresh --indicator course.pass_share",
    )
    refresh.add_argument("--indicator", nargs="*", default=[])
    refresh.add_argument("--engine", choices=("duckdb",), default="duckdb")
    refresh.add_argument("--threads", type=int)
    refresh.add_argument("--force", action="store_true", help="compute even what does not lag")

    values = add("values", _values, "print readings", "values course.pass_share --kind COURSE")
    values.add_argument("code")
    values.add_argument("--period")
    values.add_argument("--level", choices=[*Level])
    values.add_argument("--kind", choices=[*SubjectKind])
    values.add_argument("--subject")

    behind = add(
        "rows",
        _rows,
        "print the rows behind a value",
        "rows course.pass_share --subject BBB-2013J --period 2013J",
    )
    behind.add_argument("code")
    behind.add_argument("--kind", choices=[*SubjectKind], default=SubjectKind.TEACHING_CLASS)
    behind.add_argument("--subject", required=True)
    behind.add_argument("--period", required=True)
    behind.add_argument("--dataset", default="")
    behind.add_argument("-o", "--output", type=Path)

    formula = add(
        "formula",
        _formula,
        "check a formula and explain it",
        "formula check '占比(成绩 >= 60)' --dataset course_result",
    )
    formula.add_argument("verb", choices=("check",))
    formula.add_argument("text")
    formula.add_argument("--dataset", required=True)

    watch = add("watch", _watch, "compare readings with thresholds", "watch run")
    watch.add_argument("verb", choices=("run",))

    alert = add("alerts", _alerts, "print alerts", "alerts --open")
    alert.add_argument("--open", action="store_true")
    alert.add_argument("--subject")

    serve = add(
        "serve",
        _serve,
        "serve the pages, with the worker beside",
        "serve --package examples/oulad --folder ../oulad",
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=2)
    serve.add_argument("--package", type=Path, help="load this configuration package first")
    serve.add_argument("--folder", type=Path, help="import the dataset files of this folder first")
    for group in _GROUPS:
        group.register(add)
    return parser


def _demo(options: argparse.Namespace) -> int:
    accounts = service.build_demonstration(seed=options.seed, students=options.students)
    if options.json:
        output.write_json(accounts)
        return DONE
    service.print_accounts(accounts)
    return DONE


def _config(options: argparse.Namespace) -> int:
    if options.verb == "export":
        names = export_package(options.path)
        output.write_json(names) if options.json else output.write_line(
            f"{len(names)} → {options.path}"
        )
        return DONE
    now = timezone.now()
    report = load_package(options.path, by=None, at=now, is_dry_run=options.dry_run)
    changes = [asdict(change) for change in report.changes]
    if options.json:
        imports = [asdict(item) for item in report.imports]
        output.write_json({"package": report.origin, "changes": changes, "imports": imports})
    else:
        output.write_table(("verb", "kind", "key"), changes)
        output.write_note(f"{report.origin}: {len(changes)}")
    return REFUSED if options.dry_run and report.conflicts else DONE


def _refresh(options: argparse.Namespace) -> int:
    report = compute_readings(
        by=None, at=timezone.now(), codes=options.indicator, threads=options.threads,
        is_forced=options.force,
    )  # fmt: skip
    if options.json:
        output.write_json(asdict(report))
    else:
        output.write_line(f"run {report.run}: {report.n_indicators} → {report.n_readings}")
        for row in report.left_out:
            output.write_note(f"left out: {row}")
        for missing in report.not_computed:
            output.write_note(f"not computed: {missing}")
    return DONE


def _values(options: argparse.Namespace) -> int:
    _known_indicator(options.code)
    found = readings(
        EVERYTHING,
        indicator_codes=[options.code],
        kind=options.kind,
        subject_codes=[options.subject] if options.subject else None,
        periods=[options.period] if options.period else None,
    )
    rows = [
        {
            **asdict(row.reading),
            "target_value": row.limits.target,
            "standard_value": row.limits.standard,
            "warning_value": row.limits.warning,
            "state": row.state,
        }
        for row in judged(found, on=timezone.localdate())
    ]
    if options.json:
        output.write_json(rows)
    else:
        columns = (
            "kind",
            "subject",
            "period",
            "value",
            "numerator",
            "denominator",
            "rows",
            "state",
        )
        output.write_table(columns, rows)
    return DONE


def _rows(options: argparse.Namespace) -> int:
    _known_indicator(options.code)
    reading = reading_at(
        EVERYTHING, code=options.code, kind=options.kind, subject=options.subject,
        period=options.period,
    )  # fmt: skip
    if reading is None:
        raise NotFound("no_reading", indicator=options.code)
    if options.dataset and options.dataset not in datasets_of(indicator_coded(options.code)):
        raise NotFound("unknown_dataset", dataset=options.dataset)
    behind = rows_of(EVERYTHING, reading, dataset=options.dataset, limit=None)
    columns = [*behind.page.fields, "row_number"]
    if options.output:
        service.write_csv(options.output, columns, behind.page.table.rows)
        output.write_note(f"{behind.page.n_rows} → {options.output}")
        return DONE
    rows = [dict(zip(columns, row, strict=True)) for row in behind.page.table.rows]
    if options.json:
        output.write_json({"dataset": behind.dataset.name, "version": behind.number, "rows": rows})
    else:
        output.write_table(columns, rows)
        output.write_note(f"{behind.dataset.name}@{behind.number}: {behind.page.n_rows}")
    return DONE


def _formula(options: argparse.Namespace) -> int:
    formula = parse_measure(options.text, field_infos(intake.known_dataset(options.dataset)))
    words = explain(formula, language=options.lang)
    if options.json:
        output.write_json({"formula": options.text, "words": words, "fields": list(formula.fields)})
    else:
        output.write_line(words)
    return DONE


def _watch(options: argparse.Namespace) -> int:
    report = run_watches(by=None, at=timezone.now())
    _write(options, asdict(report))
    return DONE


def _alerts(options: argparse.Namespace) -> int:
    found = alerts(EVERYTHING, state=AlertState.OPEN if options.open else None)
    if options.subject:
        found = found.filter(subject__code=options.subject)
    rows = [
        {
            "watch": alert.watch.code,
            "kind": alert.subject.kind,
            "subject": alert.subject.code,
            "period": alert.period,
            "value": alert.value,
            "warning_value": alert.warning_value,
            "state": alert.state,
            "opened_at": alert.opened_at,
        }
        for alert in found
    ]
    if options.json:
        output.write_json(rows)
    else:
        output.write_table(
            ("watch", "kind", "subject", "period", "value", "warning_value", "state"), rows
        )
    return DONE


def _serve(options: argparse.Namespace) -> int:
    if options.package:
        service.open_with(package=options.package, folder=options.folder)
    service.serve(host=options.host, port=options.port, workers=options.workers)
    return DONE


def _write(options: argparse.Namespace, document: dict[str, Any]) -> None:
    if options.json:
        output.write_json(document)
    else:
        for name, value in document.items():
            output.write_line(f"{name}: {value}")


def _known_indicator(code: str) -> None:
    try:
        indicator_coded(code)
    except IndicatorVersion.DoesNotExist as error:
        raise NotFound("unknown_indicator", indicator=code) from error

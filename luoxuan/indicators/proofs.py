"""From a reading to its printed id, and from an id back to what was printed."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from luoxuan.campus.models import Period, Subject
from luoxuan.campus.queries import periods, subjects
from luoxuan.campus.scope import Scope
from luoxuan.data.models import DatasetVersion, ImportBatch
from luoxuan.data.queries import Definitions
from luoxuan.indicators.models import IndicatorVersion, Run, RunIndicator
from luoxuan.indicators.provenance import Provenance, encode
from luoxuan.indicators.queries import Reading, datasets_of, inputs_of, readings, run_of, runs


class ProofIds:
    """Gives readings their printed ids「出处编号」; keys are read once for all of them."""

    def __init__(self, found: Iterable[Reading]) -> None:
        rows = list(found)
        versions = IndicatorVersion.objects.filter(
            indicator__code__in={row.indicator for row in rows}
        )
        named = Subject.objects.filter(code__in={row.subject for row in rows})
        self._versions = {
            (code, number): key
            for code, number, key in versions.values_list("indicator__code", "number", "pk")
        }
        self._subjects = {
            (kind, code): key for kind, code, key in named.values_list("kind", "code", "pk")
        }
        self._periods = dict(periods().values_list("code", "pk"))

    def id_of(self, reading: Reading) -> str:
        """Return the id of one of the readings."""
        return encode(
            Provenance(
                run=reading.run,
                indicator_version=self._versions[reading.indicator, reading.version],
                subject=self._subjects[reading.kind, reading.subject],
                period=self._periods.get(reading.period, 0),
            )
        )


@dataclass(frozen=True)
class Proof:
    """What was printed and where it came from「出处」, and what the newest run says instead."""

    reading: Reading
    version: IndicatorVersion
    subject: Subject
    period: Period | None
    run: Run
    inputs: list[DatasetVersion]
    newest: Reading | None
    newest_run: Run | None
    newest_version: IndicatorVersion | None
    changes: list["Change"] = field(default_factory=list)

    @property
    def is_current(self) -> bool:
        """Return whether the newest run gives the same number by the same definition."""
        return (
            self.newest is not None
            and self.newest.value == self.reading.value
            and self.newest.numerator == self.reading.numerator
            and self.newest.denominator == self.reading.denominator
            and self.newest.version == self.reading.version
        )


@dataclass(frozen=True, slots=True)
class Change:
    """A dataset that has another version now than when the number was printed「数据变更」."""

    title: str
    title_en: str
    before: int
    after: int
    batch: ImportBatch | None


@dataclass(frozen=True, slots=True)
class Pointed:
    """What a provenance id points at「编号所指」: a reading, and all that makes its key."""

    reading: Reading
    version: IndicatorVersion
    subject: Subject
    period: Period | None
    run: Run


def pointed_at(scope: Scope, provenance: Provenance) -> Pointed | None:
    """Return what an id points at, or None when it is not there or out of scope."""
    # Asked before anything else, so that a hidden subject costs what an absent one does.
    subject = subjects(scope).filter(pk=provenance.subject).first()
    if subject is None:
        return None
    version = _versions().filter(pk=provenance.indicator_version).first()
    period = periods().filter(pk=provenance.period).first()
    run = runs().filter(number=provenance.run).first()
    if version is None or run is None or (provenance.period and not period):
        return None
    found = readings(
        scope,
        indicator_codes=[version.indicator.code],
        periods=[period.code if period else "-"],
        seen=[subject],
        run=run.number,
    )
    reading = next(iter(found), None)
    if reading is None or reading.version != version.number:
        return None
    return Pointed(reading, version, subject, period, run)


def _versions() -> QuerySet[IndicatorVersion]:
    found = IndicatorVersion.objects.select_related("indicator")
    return found.prefetch_related("measures__dataset")


def proof_of(
    scope: Scope, provenance: Provenance, *, definitions: Definitions | None = None
) -> Proof | None:
    """Return the proof of an id, or None when there is no such reading or it is out of scope.

    ``definitions`` are those of a caller that parses the formula too.
    """
    found = pointed_at(scope, provenance)
    if found is None:
        return None
    reading, version, subject = found.reading, found.version, found.subject
    period, run, code = found.period, found.run, found.version.indicator.code
    newest_run = run_of(code)
    newest_found = readings(
        scope, indicator_codes=[code], periods=[period.code if period else "-"], seen=[subject]
    )
    newest = next(iter(newest_found), None)
    inputs = inputs_of(run.number)
    names = [name for name in datasets_of(version, definitions=definitions) if name in inputs]
    newest_version = version
    if newest is not None and newest.version != version.number:
        newest_version = _versions().get(indicator=version.indicator, number=newest.version)
    return Proof(
        reading=reading,
        version=version,
        subject=subject,
        period=period,
        run=run,
        inputs=[inputs[name] for name in names],
        newest=newest,
        newest_run=newest_run,
        newest_version=newest_version,
        changes=_changes([inputs[name] for name in names], newest_run),
    )


def _changes(before: list[DatasetVersion], newest_run: Run | None) -> list[Change]:
    """Return the datasets of which the newest run read another version, with the last import."""
    after = inputs_of(newest_run.number) if newest_run else {}
    changed = [
        (old, after[old.dataset.name])
        for old in before
        if old.dataset.name in after and after[old.dataset.name].number != old.number
    ]
    batches = ImportBatch.objects.filter(version__in=[new for _, new in changed])
    by_version = {row.version_id: row for row in batches.select_related("by").order_by("id")}
    return [
        Change(
            old.dataset.title,
            old.dataset.title_en,
            old.number,
            new.number,
            by_version.get(new.pk),
        )
        for old, new in changed
    ]


def versions_in_runs(codes: set[str], runs: set[int]) -> dict[tuple[str, int], IndicatorVersion]:
    """Return the definition by which each run computed an indicator, by (code, run)."""
    found = RunIndicator.objects.filter(
        run__number__in=runs, indicator_version__indicator__code__in=codes
    ).select_related("run", "indicator_version__indicator")
    return {
        (row.indicator_version.indicator.code, row.run.number): row.indicator_version
        for row in found
    }

"""Peer: what a usual campus platform does: Django models on SQLite and `annotate` for each level.

The database is made from the files once and is not timed. The timed part ends with the readings
and alerts stored in their tables; they are copied to Parquet for the comparison afterwards.
SQLite adds decimals as floats; the sums here are small enough to come back exact from two places.

python -m benchmarks.refresh.django_orm_sqlite DATA OUT
"""

# ruff: noqa: DJ008 - nobody reads these rows as text
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import django
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDate

from benchmarks.measure import report
from benchmarks.refresh.arguments import read_arguments
from benchmarks.refresh.definition import (
    ATTENDANCE_KINDS,
    INDICATORS,
    LAST_WINDOW_START,
    LEVELS,
    PASS_SCORE,
    PREVIOUS_WINDOW_START,
    Indicator,
    Level,
)

if not settings.configured:
    settings.configure(
        # The file is named in `use_database`, before the first connection.
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "unnamed"}},
        USE_TZ=False,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )
    django.setup()

WEIGHTED = models.DecimalField(max_digits=18, decimal_places=2)
HUNDREDTH = Decimal("0.01")
BATCH = 10_000

Row = Mapping[str, Any]


class Student(models.Model):
    """A student with the program and college it belongs to."""

    student_id = models.IntegerField(primary_key=True)
    program_id = models.IntegerField(db_index=True)
    college_id = models.IntegerField(db_index=True)

    class Meta:
        app_label = "campus"


class Event(models.Model):
    """One thing a student did."""

    event_id = models.BigIntegerField(primary_key=True)
    student = models.ForeignKey(Student, models.CASCADE)
    course_id = models.IntegerField(db_index=True)
    ts = models.DateTimeField()
    kind = models.CharField(max_length=10)
    value = models.DecimalField(max_digits=18, decimal_places=1)

    objects: ClassVar[models.Manager["Event"]] = models.Manager()

    class Meta:
        app_label = "campus"


class Grade(models.Model):
    """A final grade of a student in a course."""

    student = models.ForeignKey(Student, models.CASCADE)
    course_id = models.IntegerField(db_index=True)
    score = models.DecimalField(max_digits=18, decimal_places=1)
    credit = models.DecimalField(max_digits=18, decimal_places=1)

    objects: ClassVar[models.Manager["Grade"]] = models.Manager()

    class Meta:
        app_label = "campus"


class Reading(models.Model):
    """A value of an indicator with its numerator and denominator 「读数」."""

    level = models.CharField(max_length=10)
    entity = models.IntegerField()
    indicator = models.CharField(max_length=20)
    numerator = models.DecimalField(max_digits=18, decimal_places=2)
    denominator = models.DecimalField(max_digits=18, decimal_places=2)
    rows = models.BigIntegerField()
    value = models.DecimalField(max_digits=18, decimal_places=4, null=True)

    objects: ClassVar[models.Manager["Reading"]] = models.Manager()

    class Meta:
        app_label = "campus"


class Alert(models.Model):
    """A reading beyond its warning value 「预警」."""

    level = models.CharField(max_length=10)
    entity = models.IntegerField()
    indicator = models.CharField(max_length=20)
    value = models.DecimalField(max_digits=18, decimal_places=4)
    target = models.DecimalField(max_digits=18, decimal_places=4)
    standard = models.DecimalField(max_digits=18, decimal_places=4)
    warning = models.DecimalField(max_digits=18, decimal_places=4)

    objects: ClassVar[models.Manager["Alert"]] = models.Manager()

    class Meta:
        app_label = "campus"


SOURCES: Mapping[type[models.Model], tuple[str, tuple[str, ...]]] = {
    Student: ("students", ("student_id", "program_id", "college_id")),
    Event: ("events", ("event_id", "student_id", "course_id", "ts", "kind", "value")),
    Grade: ("grades", ("student_id", "course_id", "score", "credit")),
}

NEW_TABLES: tuple[type[models.Model], ...] = (*SOURCES, Reading, Alert)


def use_database(data: Path) -> None:
    """Load the files into the database beside them unless it is there, and empty its results."""
    path = data / "campus.sqlite3"
    made = path.exists()
    unfinished = path.with_suffix(".unfinished")
    connection.settings_dict["NAME"] = str(path if made else unfinished)
    if not made:
        unfinished.unlink(missing_ok=True)
        with connection.schema_editor() as editor:
            for new in NEW_TABLES:
                editor.create_model(new)
        for model, (name, columns) in SOURCES.items():
            _load(model, data / f"{name}.parquet", columns)
        connection.close()
        unfinished.rename(path)
        connection.settings_dict["NAME"] = str(path)
    with transaction.atomic():
        Reading.objects.all().delete()
        Alert.objects.all().delete()


def refresh(data: Path) -> dict[str, int]:
    """Compute and store every reading and alert."""
    thresholds = {
        (row["level"], row["indicator"]): row
        for row in pq.read_table(data / "thresholds.parquet").to_pylist()
    }
    readings = [
        _reading(level.name, row, indicator)
        for level in LEVELS
        for row in _wide_rows(level)
        for indicator in INDICATORS
    ]
    alerts = [
        _alert(reading, thresholds[reading.level, reading.indicator])
        for reading in readings
        if _warns(reading, thresholds[reading.level, reading.indicator])
    ]
    with transaction.atomic():
        Reading.objects.bulk_create(readings, batch_size=BATCH)
        Alert.objects.bulk_create(alerts, batch_size=BATCH)
    return {"readings": len(readings), "alerts": len(alerts)}


def write_output(out: Path) -> None:
    """Copy the tables to Parquet for the comparison, not timed."""
    for model, name in ((Reading, "readings"), (Alert, "alerts")):
        rows = list(model._default_manager.values())
        pq.write_table(pa.Table.from_pylist(rows), out / f"{name}.parquet")


def _load(model: type[models.Model], path: Path, columns: tuple[str, ...]) -> None:
    table = model._meta.db_table
    marks = ", ".join(["%s"] * len(columns))
    insert = f"insert into {table} ({', '.join(columns)}) values ({marks})"
    with transaction.atomic(), connection.cursor() as cursor:
        for batch in pq.ParquetFile(path).iter_batches(BATCH, columns=list(columns)):
            values = [_stored(batch.column(name)) for name in columns]
            cursor.executemany(insert, list(zip(*values, strict=True)))


def _stored(column: pa.Array) -> list[Any]:
    """The values of a column as Django stores them in SQLite."""
    if pa.types.is_timestamp(column.type) or pa.types.is_decimal(column.type):
        return [str(value) for value in column.to_pylist()]
    return list(column.to_pylist())


def _wide_rows(level: Level) -> Iterator[Row]:
    """One wide row for each entity of the level."""
    key = f"student__{level.key}" if level.needs_student else level.key
    attended, submitted = Q(kind__in=ATTENDANCE_KINDS), Q(kind="submit")
    last, since_previous = Q(ts__gte=LAST_WINDOW_START), Q(ts__gte=PREVIOUS_WINDOW_START)
    of_grades = {
        row[key]: row
        for row in Grade.objects.values(key).annotate(
            weighted_score=Sum(F("score") * F("credit"), output_field=WEIGHTED),
            credit_sum=Sum("credit"),
            passed=Count("pk", filter=Q(score__gte=PASS_SCORE)),
            grades=Count("pk"),
        )
    }
    of_events = Event.objects.values(key).annotate(
        events=Count("pk"),
        absent=Count("pk", filter=Q(kind="absent")),
        late=Count("pk", filter=Q(kind="late")),
        attendance=Count("pk", filter=attended),
        value_sum=Sum("value", filter=submitted),
        submitted=Count("value", filter=submitted),
        distinct_count=Count(level.distinct, distinct=True),
        active_days=Count(TruncDate("ts"), distinct=True),
        last_window=Count("pk", filter=last),
        previous_window=Count("pk", filter=since_previous & ~last),
        both_windows=Count("pk", filter=since_previous),
    )
    for row in of_events:
        yield {**row, **of_grades.get(row[key], {}), "entity": row[key]}


def _reading(level: str, row: Row, indicator: Indicator) -> Reading:
    numerator = _exact(row.get(indicator.numerator))
    denominator = _exact(row.get(indicator.denominator)) if indicator.denominator else Decimal(1)
    value = round(numerator / denominator, indicator.decimals) if denominator else None
    return Reading(
        level=level,
        entity=row["entity"],
        indicator=indicator.name,
        numerator=numerator,
        denominator=denominator,
        rows=row.get(indicator.rows, 0),
        value=value,
    )


def _exact(value: Decimal | int | None) -> Decimal:
    return Decimal(value or 0).quantize(HUNDREDTH)


def _warns(reading: Reading, threshold: Row) -> bool:
    if reading.value is None:
        return False
    if threshold["direction"] == 1:
        return bool(reading.value < threshold["warning"])
    return bool(reading.value > threshold["warning"])


def _alert(reading: Reading, threshold: Row) -> Alert:
    return Alert(
        level=reading.level,
        entity=reading.entity,
        indicator=reading.indicator,
        value=reading.value,
        target=threshold["target"],
        standard=threshold["standard"],
        warning=threshold["warning"],
    )


def main() -> None:
    """Prepare, measure the refresh, and hand over what it stored."""
    data, out = read_arguments()
    use_database(data)
    report(lambda: refresh(data))
    write_output(out)


if __name__ == "__main__":
    main()

"""A registrar's database in SQLite, and a source that reads it."""

import sqlite3

from luoxuan.data.models import Pull, Source
from luoxuan.data.sources.actions import SourceValues, map_columns, save_source
from luoxuan.data.sources.pulls import pull_source
from luoxuan.data.sources.rules import SourceKind
from luoxuan.testing.college import NOW

SECRET = "-".join(["very", "secret", "word", "4711"])
MAPPING = {
    "sid": "student_id", "class_code": "class_code", "course_code": "course_code",
    "unit_code": "unit_code", "term": "term", "score": "score", "result": "result",
}  # fmt: skip


class Registrar:
    """A registrar's database of scores in SQLite."""

    def __init__(self, path):
        self.connection = sqlite3.connect(path)
        self.run(
            "CREATE TABLE scores (sid TEXT, class_code TEXT, course_code TEXT, unit_code TEXT, "
            "term TEXT, score REAL, result TEXT, changed INTEGER, note BLOB)"
        )

    def run(self, statement, *parameters):
        self.connection.execute(statement, parameters)
        self.connection.commit()

    def add(self, first, last, *, score=66.5, changed=1):
        for number in range(first, last + 1):
            self.run(
                "INSERT INTO scores VALUES (?, 'MATH-1', 'MATH', 'EAST-MATH', '2025-1', ?, '通过',"
                " ?, x'00')",
                str(number), score, changed,
            )  # fmt: skip


def values(score, **changes) -> SourceValues:
    told = {
        "name": "scores", "title": "教务成绩", "kind": SourceKind.SQL, "dataset": score,
        "address": "sqlite:///registrar.sqlite3", "selection": "scores",
    }  # fmt: skip
    return SourceValues(**{**told, **changes})


def connect(score, *, mapping=MAPPING, by=None, **changes) -> Source:
    source = save_source(source=None, values=values(score, **changes), by=by, at=NOW)
    map_columns(source=source, mapping=mapping, by=by, at=NOW)
    return source


def pull(source: Source, **named) -> Pull:
    source.refresh_from_db()
    (found,) = pull_source(source=source, by=None, now=lambda: NOW, **named)
    return found

"""The register of indicators by command."""

import json

import pytest

from luoxuan.cli.commands import run
from luoxuan.testing.college import open_college

pytestmark = pytest.mark.django_db


def test_the_record_of_an_indicator_and_all_gaps_are_printed(capsys):
    open_college()
    assert run(["indicator", "record", "course.pass_share", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [part["part"] for part in record["parts"]] == [
        "SOURCE", "MEANING", "COLLECTOR", "STANDARD", "RECIPIENTS", "MEASURES", "FEEDBACK",
    ]  # fmt: skip
    assert run(["indicator", "gaps", "--json"]) == 1
    rows = json.loads(capsys.readouterr().out)
    # Nothing was imported yet, and nobody is responsible.
    assert {"SOURCE", "COLLECTOR"} <= {row["part"] for row in rows}
    assert run(["indicator", "record", "course.pass_share"]) == 0
    assert "course.pass_share" in capsys.readouterr().out
    assert run(["indicator", "record", "course.pass_share", "--on", "2020-01-01"]) == 1
    assert run(["indicator", "record", "no.such"]) == 1
    assert run(["indicator", "record"]) == 2

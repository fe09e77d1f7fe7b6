"""The command that lists what an import rewrote."""
# ruff: noqa: RUF001 - full-width characters are what is tested here

import json

import pytest

from luoxuan.cli.commands import run
from luoxuan.data.models import ImportBatch
from luoxuan.testing.college import HEADER, SMALL

pytestmark = pytest.mark.django_db


def test_rewritten_cells_are_listed_with_their_rules(tmp_path, capsys):
    path = tmp_path / "成绩.csv"
    path.write_text(
        f"{HEADER}\n7001,MATH-1,MATH,EAST-MATH,2025-1,８８．５, 通过 \n", encoding="utf-8"
    )
    assert run(["config", "load", str(SMALL)]) == 0
    assert run(["import", "score", str(path)]) == 0
    capsys.readouterr()
    assert run(["cells", str(ImportBatch.objects.get().pk), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["cell"], row["after"], row["rules"]) for row in rows] == [
        ("F2", "88.5", "folded_width"), ("G2", "通过", "trimmed_blanks"),
    ]  # fmt: skip
    assert run(["cells", "999999"]) != 0

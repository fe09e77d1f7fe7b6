"""The command ``exchange``, from a package to a file that somebody else can check."""

import json

import pytest

from luoxuan.cli.commands import run
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW, Passes, import_text, open_college, open_user, score_csv
from luoxuan.testing.filling.exchange import PACKAGE


@pytest.fixture
def college(db, tmp_path):
    open_college()
    load_package(PACKAGE, by=None, at=NOW)
    import_text(score_csv([Passes("MATH-1", 9, 1)]), tmp_path)
    for name in ("president", "centre", "east"):
        open_user(name)


def test_the_command_builds_signs_exports_and_verifies(college, tmp_path, capsys):
    def did(*arguments):
        status = run(["exchange", *arguments, "--json"])
        return status, json.loads(capsys.readouterr().out or "null")

    status, told = did("build", "platform", "--period", "2025-1", "--as", "centre")
    assert (status, told["state"]) == (0, "CHECKED")
    key = str(told["id"])
    assert did("sign", key, "--as", "east")[0] == 1
    assert did("sign", key, "--as", "centre")[1]["state"] == "SIGNED_ONCE"
    assert did("sign", key, "--as", "president")[1]["state"] == "SIGNED"
    target = str(tmp_path / "out.zip")
    did("export", key, "-o", target)
    assert did("verify", target)[1]["bundle"] == int(key)
    status, imported = did("import", target)
    assert (status, imported["period"]) == (0, "2025-1")
    assert len(did("list")[1]) == 2

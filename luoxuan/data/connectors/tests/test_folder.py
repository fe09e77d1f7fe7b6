"""Only whole files below the inbox are seen."""

import os
import time

import pytest

from luoxuan.data.connectors import ConnectorRefused, complete_files


def test_whole_files_are_seen_oldest_first_and_others_are_not(tmp_path):
    inbox, now = tmp_path / "inbox", time.time()
    (inbox / "scores").mkdir(parents=True)
    ages = {
        "b.csv": 200, "a.csv": 100, "fresh.csv": 5, "~$a.xlsx": 300, ".hidden.csv": 300,
        "part.csv.tmp": 300, "script.py": 300, "other.xlsx": 300,
    }  # fmt: skip
    for name, age in ages.items():
        path = inbox / "scores" / name
        path.write_text("x", encoding="utf-8")
        os.utime(path, (now - age, now - age))
    (inbox / "scores" / "empty.csv").touch()
    (inbox / "scores" / "link.csv").symlink_to(inbox / "scores" / "a.csv")
    found = complete_files("scores", "*.csv", folders=[inbox], moment=now)
    assert [path.name for path in found] == ["b.csv", "a.csv"]


@pytest.mark.parametrize("address", ["..", "../secret", "/etc", "scores/../../secret", "link"])
def test_nothing_outside_of_the_inbox_is_read(tmp_path, address):
    (tmp_path / "inbox" / "scores").mkdir(parents=True)
    (tmp_path / "secret").mkdir()
    (tmp_path / "inbox" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(ConnectorRefused) as refused:
        complete_files(address, "*", folders=[tmp_path / "inbox"], moment=time.time())
    assert refused.value.code == "source_path_refused"

"""What others wrote and we ship is byte for byte what its version says."""

import base64
import csv
import hashlib
from pathlib import Path

import pytest

VENDOR = Path(__file__).resolve().parent.parent / "luoxuan" / "portal" / "static" / "vendor"
LOCK = VENDOR / "vendor.lock"
HEADER = ["path", "version", "sha384", "licence"]
# What tells about the files needs no entry; a licence stands beside what it is the licence of.
PAPERS = {"vendor.lock", "README.md", "LICENSE", "LICENSE.txt", "NOTICE"}


def integrity(content):
    """Return the hash as browsers write it, which is also what an integrity attribute holds."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


def rows():
    with LOCK.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def changed(folder, listed):
    """Return the listed files that are gone or are not what the list says."""
    return [
        row["path"]
        for row in listed
        if not (folder / row["path"]).is_file()
        or integrity((folder / row["path"]).read_bytes()) != row["sha384"]
    ]


def test_every_vendored_file_is_what_it_was():
    assert not changed(VENDOR, rows())


def test_every_vendored_file_is_listed():
    there = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in PAPERS
    }
    assert there == {row["path"] for row in rows()}


def test_every_vendored_file_has_version_and_licence():
    assert LOCK.read_text(encoding="utf-8").splitlines()[0].split("\t") == HEADER
    for row in rows():
        assert row["version"] in row["path"].split("/"), row
        assert row["licence"], row
        assert any((VENDOR / row["path"]).parent.glob("LICENSE*")), row


@pytest.mark.parametrize("content", [b"other", None])
def test_a_changed_or_missing_file_is_seen(tmp_path, content):
    listed = [{"path": "a.js", "sha384": integrity(b"same")}]
    (tmp_path / "a.js").write_bytes(b"same")
    assert not changed(tmp_path, listed)
    if content is None:
        (tmp_path / "a.js").unlink()
    else:
        (tmp_path / "a.js").write_bytes(content)
    assert changed(tmp_path, listed) == ["a.js"]

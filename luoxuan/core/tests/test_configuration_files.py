"""Reading a configuration package: folder or archive, and every way in which it is none."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from luoxuan.core import configuration
from luoxuan.core.configuration import (
    Change,
    ConfigurationKind,
    PackageFiles,
    PackageUnreadable,
    Verb,
    csv_text,
    read_package,
)

MANIFEST = 'name = "p"\nversion = "1"\ntitle = "包"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "package.toml").write_text(MANIFEST, encoding="utf-8")
    return tmp_path


def refusal(path: Path) -> str:
    with pytest.raises(PackageUnreadable) as refused:
        read_package(path)
    return refused.value.code


def test_a_folder_is_read_with_its_texts_only(folder):
    (folder / "rows").mkdir()
    (folder / "rows" / "a.csv").write_text("\ufeffx\n1\n", encoding="utf-8")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    package = read_package(folder)
    assert package.origin == "p@1"
    assert sorted(package.files) == ["package.toml", "rows/a.csv"]
    assert package.rows("rows/a.csv") == [{"x": "1"}]
    assert package.folder("rows", ".csv") == {"a": "rows/a.csv"}
    assert (package.rows("none.csv"), package.table("none.toml")) == ([], {})


def test_an_archive_is_read_like_a_folder(tmp_path):
    path = tmp_path / "p.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("package.toml", MANIFEST)
        archive.writestr("../evil.csv", "x\n")
    assert read_package(path).origin == "p@1"
    assert not (tmp_path.parent / "evil.csv").exists()


def test_what_is_no_package_is_refused_by_name(tmp_path):
    assert refusal(tmp_path / "absent") == "package_not_found"
    assert refusal(tmp_path) == "package_without_manifest"
    (tmp_path / "file.zip").write_bytes(b"PK\x03\x04 not really")
    assert refusal(tmp_path / "file.zip") == "package_not_a_zip"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"name = ", "package_bad_toml"),
        (b'name = "p"', "package_incomplete"),
        (b"\xff\xfe", "package_not_utf8"),
    ],
)
def test_a_manifest_that_says_too_little_is_refused(folder, text, code):
    (folder / "package.toml").write_bytes(text)
    assert refusal(folder) == code


def test_an_archive_that_unpacks_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(configuration, "_MOST_BYTES", 100)
    path = tmp_path / "p.zip"
    with ZipFile(path, "w") as archive:
        archive.writestr("package.toml", MANIFEST)
        archive.writestr("a.csv", "x" * 100)
    assert refusal(path) == "package_too_large"


@pytest.mark.parametrize("text", ["a,b\n1\n", "a,b\n1,2,3\n"])
def test_a_row_of_another_width_is_refused_with_its_line(text):
    with pytest.raises(PackageUnreadable) as refused:
        PackageFiles({"a.csv": text}, {}).rows("a.csv")
    assert refused.value.code == "package_ragged_row"
    assert refused.value.facts == {"file": "a.csv", "line": 2}


def test_a_bad_table_is_refused_with_its_file():
    with pytest.raises(PackageUnreadable) as refused:
        PackageFiles({"a.toml": "= 1"}, {}).table("a.toml")
    assert (refused.value.code, refused.value.facts["file"]) == ("package_bad_toml", "a.toml")


def test_rows_are_written_as_they_are_read():
    text = csv_text(["a", "b"], [{"a": 'x"', "b": "y,\n", "c": 3}])
    assert PackageFiles({"a.csv": text}, {}).rows("a.csv") == [{"a": 'x"', "b": "y,"}]


def test_a_plan_adds_changes_own_rows_and_reports_those_of_others():
    kind = ConfigurationKind(
        "k",
        declared=lambda _: {name: {"v": 2} for name in ("new", "mine", "same", "theirs")},
        current=lambda: {
            "mine": {"v": 1, "origin": "p@1"},
            "same": {"v": 2, "origin": "other@9"},
            "theirs": {"v": 1, "origin": "other@9"},
        },
        write=lambda changes, stamp: None,
        export=lambda stored: {},
    )
    plan = kind.plan(PackageFiles({}, {"name": "p", "version": "2"}))
    assert [(change.key, change.verb) for change in plan] == [
        ("new", Verb.ADD),
        ("mine", Verb.CHANGE),
        ("theirs", Verb.CONFLICT),
    ]
    assert plan[1] == Change("k", "mine", Verb.CHANGE, {"v": 1}, {"v": 2})

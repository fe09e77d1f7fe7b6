"""What is no package is refused by name, and nothing is written."""

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from luoxuan.core import configuration
from luoxuan.core.configuration import PackageUnreadable, read_package
from luoxuan.core.errors import Refused
from luoxuan.core.messages import TEXTS, refusal_text
from luoxuan.data.models import Dataset
from luoxuan.indicators.models import Indicator
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW, SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL, tmp_path / "package"))


def edit(package: Path, name: str, old: str, new: str) -> None:
    path = package / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusal(path: Path) -> Refused:
    with pytest.raises(Refused) as refused:
        load_package(path, by=None, at=NOW)
    assert not Dataset.objects.exists()
    assert not Indicator.objects.exists()
    assert refused.value.code in TEXTS
    assert refusal_text(refused.value.code, refused.value.facts)
    return refused.value


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        ("package.toml", 'name = "small"', 'name = "small', "package_bad_toml"),
        ("package.toml", 'version = "1"', "", "package_incomplete"),
        ("measures.toml", "[[measure]]", "[[measure", "package_bad_toml"),
        ("measures.toml", 'dataset = "score"', 'dataset = "nowhere"', "package_unknown_dataset"),
        ("measures.toml", "计数()", "计数(", "package_bad_formula"),
        ("measures.toml", "平均(【得分】)", "平均(【没有】)", "package_bad_formula"),
        ("indicators.toml", "score.passed ÷", "score.absent ÷", "package_bad_formula"),
        ("indicators.toml", '"UNIT", ', '"VILLAGE", ', "package_unknown_kind"),
        ("indicators.toml", '"TERM"', '"AGE"', "package_unknown_kind"),
        ("indicators.toml", '"HIGHER"', '"BETTER"', "package_unknown_direction"),
        ("datasets/score.toml", 'd = "class_code"', 'd = "absent"', "package_unknown_field"),
        ("datasets/score.toml", 'key = ["student_id"', 'key = ["no"', "package_unknown_field"),
        ("datasets/score.toml", 'type = "code"', 'type = "colour"', "package_unknown_type"),
        ("datasets/score.toml", 'name = "score"', 'name = "Score!"', "package_bad_name"),
        ("datasets/score.toml", 'name = "score"', 'name = "row_number"', "package_bad_name"),
        ("datasets/score.toml", 'code_list = "result"', 'code_list = "x"',
         "package_unknown_code_list"),
        ("datasets/score.toml", "maximum = 100", 'maximum = "many"', "package_bad_number"),
        ("datasets/score.toml", 'COURSE = "course_code"', 'PLANET = "course_code"',
         "package_unknown_kind"),
        ("thresholds.csv", "0.9,0.8,0.6", "0.6,0.8,0.9", "package_threshold_order"),
        ("thresholds.csv", "0.9,0.8,0.6", "0.9,0.8,ten", "package_bad_number"),
        ("thresholds.csv", "course.pass_share,COURSE,,", "no.such,COURSE,,",
         "package_unknown_indicator"),
        ("thresholds.csv", "course.pass_share,COURSE,,", "course.pass_share,COURSE,NONE,",
         "package_unknown_subject"),
        ("thresholds.csv", "0.6,,,测试", "0.6,,", "package_ragged_row"),
        ("campus/subjects.csv", "COURSE,MATH,", "PLANET,MATH,", "package_unknown_kind"),
        ("campus/subjects.csv", "EAST-MATH,UNIT:EAST", "NORTH,UNIT:EAST", "unit_unknown"),
        ("campus/subjects.csv", "COURSE:WELD", "COURSE:NONE", "parent_unknown"),
        ("campus/units.csv", "TEACHING_GROUP,EAST", "TEACHING_GROUP,NORTH", "unit_unknown"),
    ],
)  # fmt: skip
def test_each_fault_is_refused_by_its_own_code(package, name, old, new, code):
    edit(package, name, old, new)
    assert refusal(package).code == code


def test_a_bad_formula_is_refused_with_its_measure_its_reason_and_its_position(package):
    edit(package, "measures.toml", "平均(【得分】)", "平均(【没有】)")
    refused = refusal(package)
    assert refused.facts["name"] == "score.mean"
    assert refused.facts["reason"] == "unknown_name"
    assert refused.facts["position"] == 4


def test_a_bad_row_formula_is_refused_too(package):
    with (package / "datasets" / "score.toml").open("a", encoding="utf-8") as file:
        file.write('[[field]]\nname = "sum"\ntype = "integer"\nformula = "score / 2"\n')
    refused = refusal(package)
    assert (refused.code, refused.facts["name"]) == ("package_bad_formula", "sum")


def test_a_look_up_that_is_not_the_target_s_key_is_refused(package):
    with (package / "datasets" / "score.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[lookup]]\ndataset = "score"\non = { class_code = "class_code" }\n'
            'fields = ["score"]\n'
        )
    assert refusal(package).code == "package_bad_lookup"


def test_a_unit_does_not_move_by_loading_a_package(package):
    load_package(package, by=None, at=NOW)
    edit(package, "campus/units.csv", "TEACHING_GROUP,EAST", "TEACHING_GROUP,WEST")
    with pytest.raises(Refused) as refused:
        load_package(package, by=None, at=NOW)
    assert refused.value.code == "unit_would_move"


def test_no_folder_and_no_manifest_are_refused(package, tmp_path):
    assert refusal(tmp_path / "absent").code == "package_not_found"
    (package / "package.toml").unlink()
    assert refusal(package).code == "package_without_manifest"


def test_text_that_is_not_utf8_is_refused_with_its_file_and_byte(package):
    (package / "measures.toml").write_bytes("title = '通过'".encode("gb18030"))
    refused = refusal(package)
    assert refused.code == "package_not_utf8"
    assert refused.facts["file"] == "measures.toml"


def zipped(package: Path, target: Path, **extra: bytes) -> Path:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(package.rglob("*.*")):
            archive.write(file, file.relative_to(package).as_posix())
        for name, content in extra.items():
            archive.writestr(name, content)
    return target


def test_a_zip_is_read_like_its_folder(package, tmp_path):
    archive = zipped(package, tmp_path / "p.zip")
    assert read_package(archive).files == read_package(package).files


def test_something_else_than_a_zip_is_refused(tmp_path):
    path = tmp_path / "p.zip"
    path.write_bytes(b"PK\x03\x04 no archive")
    assert refusal(path).code == "package_not_a_zip"


def test_a_truncated_zip_is_refused(package, tmp_path):
    path = zipped(package, tmp_path / "p.zip")
    path.write_bytes(path.read_bytes()[:-40])
    assert refusal(path).code == "package_not_a_zip"


def test_too_many_and_too_large_members_are_refused_before_they_are_read(
    package, tmp_path, monkeypatch
):
    path = zipped(package, tmp_path / "p.zip")
    monkeypatch.setattr(configuration, "_MOST_FILES", 3)
    assert refusal(path).code == "package_too_large"
    monkeypatch.undo()
    monkeypatch.setattr(configuration, "_MOST_BYTES", 100)
    assert refusal(path).code == "package_too_large"


def test_a_bomb_is_refused_by_its_inflated_size(package, tmp_path):
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("code_lists/a.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(201):
            member.write(bytes(1024 * 1024))
    assert path.stat().st_size < 1024 * 1024
    assert refusal(path).code == "package_too_large"


def test_names_that_climb_out_of_the_archive_are_inert(package, tmp_path):
    names = {
        "../../escaped.toml": b"x = 1",
        "/tmp/escaped.csv": b"a\n1\n",  # noqa: S108
        "datasets/../../escaped.toml": b"x = 1",
        "C:\\escaped.toml": b"x = 1",
    }
    path = zipped(package, tmp_path / "p.zip", **names)
    before = sorted(os.listdir(tmp_path))
    load_package(path, by=None, at=NOW)
    assert sorted(os.listdir(tmp_path)) == before
    assert list(Dataset.objects.filter(is_system=False).values_list("name", flat=True)) == ["score"]
    assert list(tmp_path.parent.rglob("*escaped*")) == []


def test_every_refusal_of_packages_has_a_sentence():
    with pytest.raises(PackageUnreadable) as refused:
        read_package(Path("nowhere"))
    assert "nowhere" in refusal_text(refused.value.code, refused.value.facts)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("measures.toml", 'code = "score.count"\n', ""),
        ("indicators.toml", "decimals = 4", 'decimals = "four"'),
        ("indicators.toml", "decimals = 4", "decimals = 12"),
        ("thresholds.csv", "valid_from", "valid"),
        ("thresholds.csv", "0.6,,,测试", "0.6,tomorrow,,测试"),
        ("datasets/score.toml", "[subject]", "[[subject]]"),
        ("campus/periods.csv", "2025-09-01", "1 September"),
        ("campus/units.csv", "parent", "above"),
    ],
)
def test_a_missing_or_mistyped_value_is_refused_not_an_internal_error(package, name, old, new):
    edit(package, name, old, new)
    assert refusal(package).code.startswith("package_")

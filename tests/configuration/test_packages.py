"""Loading says what it changes, changes just that, and gives back what it was given."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from django.db import transaction

from luoxuan.campus.models import Period, Subject, Unit
from luoxuan.core.configuration import PackageConflict, Verb
from luoxuan.core.models import AuditEntry, InstitutionSetting
from luoxuan.data.models import Dataset, DatasetVersion, Field
from luoxuan.indicators.models import Indicator, IndicatorVersion, Measure, Threshold
from luoxuan.indicators.queries import indicator_coded, measures
from luoxuan.portal.configuration import SHIPPED, export_package, load_package
from luoxuan.testing.college import NOW, SMALL

pytestmark = pytest.mark.django_db

OULAD = Path(__file__).parents[2] / "examples" / "oulad"
TABLES = (
    Subject, Unit, Period, Dataset, Field, Measure, Indicator, IndicatorVersion, Threshold,
    InstitutionSetting,
)  # fmt: skip


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the small college's package that a test may edit."""
    return Path(shutil.copytree(SMALL, tmp_path / "package"))


def edit(package: Path, name: str, old: str, new: str) -> None:
    path = package / name
    text = path.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def load(path: Path, **options):
    return load_package(path, by=None, at=NOW, **options)


def changed(path: Path) -> list[tuple[str, str, str]]:
    """Return kind, key and verb of what loading would change."""
    report = load(path, is_dry_run=True)
    return [(change.kind, change.key, str(change.verb)) for change in report.changes]


def counts() -> list[int]:
    return [model.objects.count() for model in TABLES]


def test_a_dry_run_shows_everything_and_writes_nothing(package):
    before = counts()
    shown = changed(package)
    assert {kind for kind, _, _ in shown} == {
        "units", "subjects", "periods", "code_lists", "datasets", "measures", "indicators",
        "thresholds", "watches",
    }  # fmt: skip
    assert {verb for _, _, verb in shown} == {"add"}
    assert counts() == before
    written = load(package)
    assert [(c.kind, c.key, str(c.verb)) for c in written.changes] == shown


def test_loading_again_finds_nothing_to_do(package):
    load(package)
    n_audited, before = AuditEntry.objects.count(), counts()
    assert changed(package) == []
    assert load(package).changes == ()
    assert (AuditEntry.objects.count(), counts()) == (n_audited, before)


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("datasets/score.toml", "maximum = 100", "maximum = 150", ("datasets", "score")),
        ("measures.toml", 'title = "人次"', 'title = "总人次"', ("measures", "score.count")),
        ("indicators.toml", "除以全部人次", "除以总数", ("indicators", "course.pass_share")),
        ("thresholds.csv", "TEACHING_CLASS,,0.9", "TEACHING_CLASS,,0.95",
         ("thresholds", "course.pass_share:TEACHING_CLASS:")),
        ("watches.csv", "course_leader", "college_head", ("watches", "small.low_pass")),
        ("campus/units.csv", "West College", "College West", ("units", "WEST")),
        ("campus/subjects.csv", "Welding 1", "Welding one", ("subjects", "TEACHING_CLASS:WELD-1")),
        ("campus/periods.csv", "2026-01-20", "2026-01-27", ("periods", "2025-1")),
        ("code_lists/result.csv", "Absent", "Was absent", ("code_lists", "result")),
    ],
)  # fmt: skip
def test_a_changed_line_is_exactly_that_change(package, name, old, new, expected):
    load(package)
    edit(package, name, old, new)
    assert changed(package) == [(*expected, "change")]
    (change,) = load(package).changes
    assert change.verb is Verb.CHANGE
    assert change.before != change.after
    assert changed(package) == []


def test_two_ways_to_write_a_number_are_the_same_number(package):
    load(package)
    edit(package, "thresholds.csv", "0.9,0.8,0.6", "0.90,0.800,0.6000")
    edit(package, "datasets/score.toml", "maximum = 100", "maximum = 100.000")
    assert changed(package) == []


def test_every_written_row_remembers_its_package_and_every_change_is_audited(package):
    load(package)
    assert set(Dataset.objects.filter(is_system=False).values_list("origin", flat=True)) == {
        "small@1"
    }
    assert set(Threshold.objects.values_list("origin", flat=True)) == {"small@1"}
    kinds = set(
        AuditEntry.objects.filter(action="configure_add").values_list("object_kind", flat=True)
    )
    assert kinds >= {"CodeList", "Dataset", "Measure", "Indicator", "Threshold"}


def test_a_changed_measure_gives_its_indicators_a_new_version_and_keeps_the_old_one(package):
    load(package)
    old = indicator_coded("course.pass_share")
    edit(package, "measures.toml", '"通过"', '"缺考"')
    load(package)
    assert (measures()["score.passed"].number, measures()["score.count"].number) == (2, 1)
    new = indicator_coded("course.pass_share")
    assert (old.number, new.number) == (1, 2)
    assert {str(measure) for measure in new.measures.all()} == {"score.passed@2", "score.count@1"}
    assert {str(measure) for measure in old.measures.all()} == {"score.passed@1", "score.count@1"}
    assert indicator_coded("course.mean_score").number == 1


def test_versions_are_never_changed_in_place(package):
    load(package)
    held = [
        list(model.objects.order_by("pk").values())
        for model in (Measure, IndicatorVersion, Threshold)
    ]
    edit(package, "measures.toml", '"通过"', '"缺考"')
    edit(package, "indicators.toml", "decimals = 4", "decimals = 3")
    edit(package, "thresholds.csv", "0.9,0.8,0.6", "0.9,0.7,0.5")
    load(package)
    for model, before in zip((Measure, IndicatorVersion, Threshold), held, strict=True):
        now = list(model.objects.order_by("pk").values())
        assert now[: len(before)] == before
        assert len(now) > len(before)


def test_a_row_of_another_package_is_a_conflict_and_nothing_is_written(package):
    load(package)
    edit(package, "package.toml", 'name = "small"', 'name = "other"')
    edit(package, "campus/periods.csv", "2025-2,2025 学年第二学期", "2025-2,第二学期")
    edit(package, "indicators.toml", "decimals = 1", "decimals = 2")
    (package / "code_lists" / "new.csv").write_text("value,title,title_en\na,a,a\n", "utf-8")
    assert ("periods", "2025-2", "conflict") in changed(package)
    before = counts()
    with pytest.raises(PackageConflict) as refused:
        load(package)
    assert refused.value.code == "package_conflict"
    assert "2025-2" in str(refused.value.facts["rows"])
    assert counts() == before
    assert not AuditEntry.objects.filter(facts__origin="other@1").exists()


def test_a_second_package_may_say_the_same(package):
    load(package)
    edit(package, "package.toml", 'name = "small"', 'name = "other"')
    assert load(package).changes == ()


def test_a_refusal_in_the_last_kind_undoes_the_first(package):
    edit(package, "watches.csv", "course.pass_share", "no.such.indicator")
    before = counts()
    with pytest.raises(Exception, match=r"."):
        load(package)
    assert counts() == before


def test_rows_that_a_package_ships_come_in_once(package):
    (package / "rows").mkdir()
    (package / "rows" / "score.csv").write_text(
        "学号,教学班,课程,部门,学期,得分,结果\n1001,MATH-1,MATH,EAST-MATH,2025-1,75.5,通过\n",
        "utf-8",
    )
    (report,) = load(package).imports
    assert (report.dataset, report.version, report.rows_accepted) == ("score", 1, 1)
    load(package)
    assert DatasetVersion.objects.count() == 1


def test_the_institution_takes_title_and_notice_from_its_package(package):
    load(package)
    settings = dict(InstitutionSetting.objects.values_list("name", "value"))
    assert (settings["title"], settings["notice"]) == ("小小职业学院", "测试数据")


@pytest.mark.parametrize("path", [SMALL, SHIPPED / "foundation", OULAD], ids=lambda path: path.name)
def test_an_export_says_the_same_as_what_was_loaded(tmp_path, path):
    load(path)
    settings = dict(InstitutionSetting.objects.values_list("name", "value"))
    names = export_package(tmp_path / "folder")
    assert names == export_package(tmp_path / "export.zip")
    with ZipFile(tmp_path / "export.zip") as archive:
        assert sorted(archive.namelist()) == names
    for exported in (tmp_path / "folder", tmp_path / "export.zip"):
        assert changed(exported) == []
        load(exported)
    assert dict(InstitutionSetting.objects.values_list("name", "value")) == settings


@pytest.mark.parametrize("ending", ["", ".zip"])
def test_an_export_alone_makes_the_same_installation_anew(tmp_path, package, ending):
    exported, again = tmp_path / f"first{ending}", tmp_path / "second"
    for path, target in ((package, exported), (exported, again)):
        with transaction.atomic():
            load(path)
            export_package(target)
            transaction.set_rollback(True)
    assert not Dataset.objects.exists()
    if ending:
        with ZipFile(exported) as archive:
            archive.extractall(tmp_path / "extracted")
        exported = tmp_path / "extracted"
    texts = [
        {file.relative_to(root).as_posix(): file.read_text("utf-8") for file in root.rglob("*.*")}
        for root in (exported, again)
    ]
    assert texts[0] == texts[1]

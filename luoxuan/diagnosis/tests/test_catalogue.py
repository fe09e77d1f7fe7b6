"""Forms, schemes and loop templates are data: loaded, refused, exported and loaded again."""

from pathlib import Path

import pytest

from luoxuan.core.configuration import PackageUnreadable
from luoxuan.data.models import FormDefinition
from luoxuan.diagnosis.catalogue import KINDS
from luoxuan.diagnosis.models import LoopTemplate, Scheme
from luoxuan.diagnosis.queries import points_of, scheme_coded, steps_of, template_coded
from luoxuan.diagnosis.rules import StageMode, StagePart
from luoxuan.testing.college import load_definitions
from luoxuan.testing.filling.diagnosis import load_loops

pytestmark = pytest.mark.django_db


@pytest.fixture
def loops(tmp_path: Path) -> Path:
    load_loops(tmp_path)
    return tmp_path / "loops"


def bump(package: Path, file: str, old: str, new: str) -> None:
    path = package / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_loops_say_what_the_seeds_say(loops):
    ten = steps_of(template_coded("ten_steps"))
    big = "".join(step.title for step in ten if step.part is StagePart.BIG)
    assert big == "目标标准设计组织实施诊断学习创新存储改进"
    assert [step.title for step in ten if step.part is StagePart.SMALL] == ["监测", "预警", "改进"]
    assert template_coded("ten_steps").joins_at == "design"
    assert [step.title for step in steps_of(template_coded("five_steps"))] == [
        "目标", "标准", "运行", "诊断", "改进",
    ]  # fmt: skip
    person = template_coded("student_self")
    assert (person.kinds, person.is_checked) == (["STUDENT"], False)
    for code in ("ten_steps", "five_steps", "student_self"):
        modes = [step.mode for step in steps_of(template_coded(code))]
        assert modes.count(StageMode.WRITE) == 1
    assert points_of(scheme_coded("course_term")).count() == 5
    for form in FormDefinition.objects.all():
        kinds = {field["type"] for field in form.fields}
        assert kinds <= {"text", "number", "choice", "date"}


def test_loading_again_changes_nothing(loops, tmp_path):
    load_loops(tmp_path)
    assert set(LoopTemplate.objects.values_list("number", flat=True)) == {1}
    assert Scheme.objects.count() == 1


def test_a_change_is_a_further_version(loops):
    bump(loops, "loop_templates/five_steps.toml", 'title = "运行"', 'title = "实施"')
    bump(loops, "schemes/course_term.toml", 'title = "目标达成"', 'title = "目标完成"')
    bump(loops, "forms/course_diagnosis.toml", 'title = "原因分析"', 'title = "原因"')
    load_definitions(loops)
    assert template_coded("five_steps").number == 2
    assert template_coded("ten_steps").number == 1
    assert scheme_coded("course_term").number == 2
    assert FormDefinition.objects.filter(code="course_diagnosis").count() == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("loop_templates/ten_steps.toml", 'mode = "CONFIRM"', 'mode = "WRITE"',
         "template_over_budget"),
        ("loop_templates/ten_steps.toml", 'joins_at = "design"', 'joins_at = "warn"',
         "template_small_loop"),
        ("loop_templates/ten_steps.toml", 'form = "course_diagnosis"', 'form = "nothing"',
         "template_unknown_name"),
        ("loop_templates/ten_steps.toml", '"course_leader"', '"teacher"',
         "template_unknown_name"),
        ("loop_templates/ten_steps.toml", 'scheme = "course_term"', 'scheme = "other"',
         "template_unknown_name"),
        ("loop_templates/ten_steps.toml", 'mode = "CONFIRM"', 'mode = "MAYBE"',
         "package_bad_entry"),
        ("loop_templates/ten_steps.toml", 'fills = "goals"', 'fill = "goals"',
         "package_bad_entry"),
        ("schemes/course_term.toml", 'parent = "result"', 'parent = "nothing"',
         "package_bad_entry"),
        ("schemes/course_term.toml", 'basis = "target"', 'basis = "guess"', "package_bad_entry"),
        ("forms/course_diagnosis.toml", 'type = "date"', 'type = "picture"', "package_bad_entry"),
    ],
)  # fmt: skip
def test_a_package_that_is_wrong_is_refused_and_writes_nothing(loops, file, old, new, code):
    bump(loops, file, old, new)
    with pytest.raises(PackageUnreadable) as refused:
        load_definitions(loops)
    assert refused.value.code == code
    assert LoopTemplate.objects.count() == 3
    assert FormDefinition.objects.count() == 3


def test_a_point_cites_tables_by_their_numbers_and_an_export_keeps_them(loops):
    bump(
        loops, "schemes/course_term.toml", 'basis = "target"', 'basis = "target"\ntables = ["7.5"]'
    )
    load_definitions(loops)
    scheme = scheme_coded("course_term")
    assert scheme.number == 2
    assert points_of(scheme).get(code="goal_reached").tables == ["7.5"]
    kind = next(kind for kind in KINDS if kind.name == "schemes")
    files = kind.export(kind.current())
    assert 'tables = ["7.5"]' in files["schemes/course_term.toml"]

"""What the tests' college holds in diagnosis: two courses in their loops, one on trial."""

import shutil
from datetime import timedelta
from pathlib import Path

from luoxuan.campus.queries import periods, subject_at
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import User
from luoxuan.diagnosis.actions import freeze_diagnosis, open_cycle, write_stage
from luoxuan.diagnosis.models import Cycle
from luoxuan.diagnosis.queries import template_coded
from luoxuan.portal.configuration import SHIPPED, load_package
from luoxuan.testing.college import NOW

_FOLDERS = ("forms", "schemes", "loop_templates")
ANSWERS = {
    "causes": "第 8 周的实践占用课时，两个班进度落后。",
    "measures": "调整进度，增加一次阶段测验。",
    "conclusion": "mostly",
    "next_target": "85",
    "complete_on": "2026-05-30",
}
VERDICTS = {
    "verdict-goal_reached": "PARTLY", "verdict-assessment_passed": "PARTLY",
    "verdict-student_feedback": "MEETS", "verdict-teaching_run": "MEETS",
    "verdict-improvement_works": "NOT_MET", "text-assessment_passed": "MATH-2 及格率偏低",
}  # fmt: skip


def load_loops(folder: Path) -> None:
    """Load the shipped forms, schemes and loop templates alone, as a package of their own."""
    package = folder / "loops"
    for name in _FOLDERS:
        shutil.copytree(SHIPPED / "foundation" / name, package / name, dirs_exist_ok=True)
    manifest = 'name = "loops"\nversion = "1"\ntitle = "循环"\nnotice = ""\n'
    (package / "package.toml").write_text(manifest, encoding="utf-8")
    load_package(package, by=None, at=NOW)


def open_loop(
    code: str, *, kind: str = "COURSE", period: str = "2025-1", template: str = "ten_steps",
    is_trial: bool = False, by: User | None = None,
) -> Cycle:  # fmt: skip
    """Open the loop of a subject of the small college."""
    cycle, _ = open_cycle(
        subject=subject_at(EVERYTHING, kind=kind, code=code),
        template=template_coded(template),
        period=periods().get(code=period),
        is_trial=is_trial,
        by=by,
        at=NOW,
    )
    return cycle


def write_diagnosis(cycle: Cycle, *, by: User | None) -> None:
    """Write the whole diagnosis of a course as its leader would."""
    stage = cycle.stages.get(mode="WRITE")
    at = NOW + timedelta(hours=1)
    write_stage(stage=stage, answers={**ANSWERS, **VERDICTS}, version=stage.version, by=by, at=at)


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Create a few objects by their actions; return keys for addresses by placeholder."""
    load_loops(folder)
    math = open_loop("MATH", by=users["office"])
    weld = open_loop("WELD", is_trial=True, by=users["office"])
    frozen = open_loop("MATH", period="2025-2", by=users["office"])
    write_diagnosis(frozen, by=users["math"])
    freeze_diagnosis(
        diagnosis=frozen.diagnoses.get(), by=users["math"], at=NOW + timedelta(hours=2)
    )
    return {"cycle": math.pk, "trial_cycle": weld.pk, "frozen_cycle": frozen.pk}

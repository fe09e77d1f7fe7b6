"""What the tests' college holds in the data standard: duties, a changed field, a theme."""

from pathlib import Path

from luoxuan.core.models import User
from luoxuan.data.models import Theme
from luoxuan.data.standard.actions import Declared, apply_standard, declared_duties
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import NOW

_MANIFEST = 'name = "themes"\nversion = "1"\ntitle = "主题"\nnotice = ""\n'
_THEME = """
[[theme]]
code = "teaching"
title = "教学主题库"
title_en = "Teaching"

[[theme.view]]
code = "passed"
title = "通过的成绩"
title_en = "Results passed"
dataset = "score"
fields = ["student_id", "class_code", "term", "score"]
condition = 'result == "通过"'
"""


def fill(users: dict[str, User], folder: Path) -> dict[str, object]:
    """Say who answers for the scores, and declare a theme with a view."""
    told = {"owner_unit": "EAST", "collector": "EAST", "auditor": "quality_office", "due_day": "9"}
    apply_standard(
        declared=Declared(duties={"score": declared_duties(told)}), by=users["office"], at=NOW,
        reason="明确责任",
    )  # fmt: skip
    package = folder / "themes"
    package.mkdir()
    (package / "package.toml").write_text(_MANIFEST, encoding="utf-8")
    (package / "themes.toml").write_text(_THEME, encoding="utf-8")
    load_package(package, by=None, at=NOW)
    return {"theme": Theme.objects.get().code}

"""Forms, schemes and loop templates come out of the product as they went in."""

import pytest

from luoxuan.core.configuration import read_package
from luoxuan.portal.configuration import export_package, plan_package
from luoxuan.testing.filling.diagnosis import load_loops

pytestmark = pytest.mark.django_db


def test_exported_loops_load_again_without_a_change(tmp_path):
    load_loops(tmp_path)
    target = tmp_path / "exported"
    names = export_package(target)
    assert {"forms/course_diagnosis.toml", "schemes/course_term.toml"} <= set(names)
    assert "loop_templates/ten_steps.toml" in names
    assert plan_package(read_package(target)) == []

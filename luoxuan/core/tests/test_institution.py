"""What an institution sets: values of the declared kind only, by package, with their defaults."""

import pytest

from luoxuan.core.actions import set_institution
from luoxuan.core.catalogue import KINDS
from luoxuan.core.configuration import PackageFiles, PackageUnreadable, Stamp
from luoxuan.core.institution import Setting, SettingRefused, declare_settings, fitting
from luoxuan.core.models import AuditEntry
from luoxuan.core.queries import settings_in_force
from luoxuan.testing.college import NOW

STAMP = Stamp("ours@1", None, NOW)


def package(text: str) -> PackageFiles:
    return PackageFiles({"settings.toml": text}, {"name": "ours", "version": "1", "title": "甲"})


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [("tasks_due_day", "02-29", "setting_not_a_day_of_year"),
     ("tasks_due_day", "2026-01-31", "setting_not_a_day_of_year"),
     ("tasks_due_day", "1-31", "setting_not_a_day_of_year"),
     ("month_sheet_due_day", "29", "setting_not_a_day_of_month"),
     ("month_sheet_due_day", "0", "setting_not_a_day_of_month"),
     ("month_sheet_due_day", "", "setting_not_a_day_of_month"),
     ("colour", "red", "setting_unknown")],
)  # fmt: skip
def test_a_value_of_another_kind_is_refused(name, value, code):
    with pytest.raises(SettingRefused) as refused:
        fitting(name, value)
    assert refused.value.code == code


def test_a_default_that_does_not_fit_fails_at_once():
    with pytest.raises(ValueError, match="32"):
        declare_settings(Setting("day", "日", "", "day_of_month", "32"))


@pytest.mark.django_db
def test_what_is_not_set_has_its_default_and_what_is_set_is_audited():
    assert settings_in_force()["tasks_due_day"] == "01-31"
    set_institution(values={"tasks_due_day": "01-20"}, by=None, at=NOW)
    assert settings_in_force()["tasks_due_day"] == "01-20"
    assert AuditEntry.objects.get().facts == {"tasks_due_day": "01-20"}


@pytest.mark.django_db
def test_a_package_sets_shows_the_difference_first_and_comes_back_the_same():
    (kind,) = KINDS
    ours = package('month_sheet_due_day = 20\ntasks_due_day = "01-15"\n')
    changes = kind.plan(ours)
    assert [(change.key, str(change.verb)) for change in changes] == [
        ("month_sheet_due_day", "add"), ("tasks_due_day", "add"),
    ]  # fmt: skip
    kind.apply(changes, STAMP)
    assert kind.plan(ours) == []
    (text,) = kind.export(kind.current()).values()
    assert kind.plan(package(text)) == []
    (change,) = kind.plan(package("month_sheet_due_day = 21"))
    assert (str(change.verb), change.before, change.after) == (
        "change", {"value": "20"}, {"value": "21"},
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["colour = 1", "month_sheet_due_day = 31"])
def test_a_package_with_a_wrong_setting_is_refused(text):
    (kind,) = KINDS
    with pytest.raises((SettingRefused, PackageUnreadable)):
        kind.plan(package(text))

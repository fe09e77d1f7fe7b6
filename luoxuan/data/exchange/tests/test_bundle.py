"""The way of a bundle: built, checked, explained, signed by two, frozen, handed over, receipted."""

import hashlib
import io
import zipfile

import openpyxl
import pytest
from django.db import IntegrityError, transaction

from luoxuan.campus.queries import Rights, periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.configuration import PackageUnreadable, read_package
from luoxuan.core.models import AuditEntry
from luoxuan.data.models import ExchangeBundle
from luoxuan.testing.college import NOW, Passes, import_text, load_definitions, score_csv
from luoxuan.testing.filling.exchange import PACKAGE, built

from ..actions import (
    BundleRefused,
    PeriodUnfit,
    approve_bundle,
    ask_for_bundle,
    build_bundle,
    explain_jumps,
    hand_over_bundle,
    record_receipt,
    sign_bundle,
)
from ..archive import MANIFEST, BundleDamaged, open_bundle, write_archive
from ..catalogue import KINDS
from ..mapping import MappingRefused
from ..queries import content_of, open_jumps, package_coded, path_of, table_numbered, todos
from ..verification import verify_bundles


def signed(college, period="2025-1"):
    bundle = built(period, by=college.centre)
    explain_jumps(
        bundle=bundle, texts=dict.fromkeys(open_jumps(bundle), "期初尚无成绩"),
        by=college.centre, at=NOW,
    )  # fmt: skip
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    approve_bundle(bundle=bundle, by=college.president, at=NOW)
    return bundle


def code_of(act, **facts):
    with pytest.raises(BundleRefused) as refused:
        act(at=NOW, **facts)
    return refused.value.code


def test_rows_are_mapped_counted_and_coded(college):
    bundle = built("2025-1", by=college.centre)
    assert (bundle.state, bundle.n_refused, bundle.n_rows) == ("CHECKED", 0, 22)
    archive = content_of(bundle)
    # 9 × 75.5 + 40 = 719.5 over 10; 8 × 75.5 + 2 × 40 = 684 over 10.
    assert archive.rows("7.1") == [["MATH", "10", "71.95"], ["WELD", "10", "68.40"]]
    assert archive.rows("7.5")[9] == ["1010", "MATH-1", "MATH", "EAST-MATH", "2025-1", "40.0", "2"]
    assert bundle.pinned == {"score": 1}


def test_the_workbook_has_the_receivers_layout(college):
    archive = content_of(built("2025-1", by=college.centre))
    book = openpyxl.load_workbook(io.BytesIO(archive.read("workbooks/tables.xlsx")))
    rows = list(book["A7-5"].iter_rows(values_only=True))
    assert [row[0] for row in rows[:4]] == ["示例", "7.5 成绩", "1", "学生"]
    assert rows[4][:2] == ("1001", "MATH-1")
    assert rows[4][5:] == (75.5, "1")


def test_the_same_content_is_the_same_bundle_and_bytes(college):
    first = built("2025-1", by=college.centre)
    data = path_of(first.content_sha256).read_bytes()
    assert built("2025-1", by=college.centre) == first
    assert ExchangeBundle.objects.count() == 1
    archive = open_bundle(data)
    members = {name: archive.read(name) for name in archive.names() if name != MANIFEST}
    assert write_archive(members) == data
    assert hashlib.sha256(data).hexdigest() == first.content_sha256


def test_somebody_else_who_builds_the_same_takes_it_over(college):
    built("2025-1", by=college.centre)
    bundle = built("2025-1", by=college.office)
    assert bundle.built_by == college.office
    assert code_of(sign_bundle, bundle=bundle, by=college.centre) == "bundle_not_builder"


def test_a_double_click_asks_for_one_bundle(college):
    package = package_coded(EVERYTHING, "platform")
    told = {"package": package, "period": periods().get(code="2025-1"), "by": college.centre}
    assert ask_for_bundle(**told, at=NOW) == ask_for_bundle(**told, at=NOW)


def test_a_period_of_another_kind_is_refused(college):
    package = package_coded(EVERYTHING, "platform")
    package.period_kind = "SCHOOL_YEAR"
    with pytest.raises(PeriodUnfit):
        build_bundle(
            package=package, period=periods().get(code="2025-1"), by=college.centre, at=NOW
        )


def test_two_different_persons_sign_and_then_it_is_frozen(college):
    bundle = built("2025-1", by=college.centre)
    assert code_of(approve_bundle, bundle=bundle, by=college.president) == "bundle_not_in_state"
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    assert code_of(approve_bundle, bundle=bundle, by=college.centre) == "bundle_own_signature"
    approve_bundle(bundle=bundle, by=college.president, at=NOW)
    approve_bundle(bundle=bundle, by=college.president, at=NOW)
    assert bundle.state == "SIGNED"
    archive = open_bundle(path_of(bundle.file_sha256).read_bytes())
    told = archive.json("signatures.json")
    assert [one["name"] for one in told["signatures"]] == ["Centre", "President"]
    assert archive.rows("7.5") == content_of(bundle).rows("7.5")
    acts = AuditEntry.objects.filter(object_kind="ExchangeBundle", object_key=str(bundle.pk))
    assert list(acts.order_by("sequence").values_list("action", flat=True)) == [
        "build_exchange_bundle", "check_exchange_bundle", "sign_exchange_bundle",
        "approve_exchange_bundle",
    ]  # fmt: skip
    assert list(verify_bundles()) == []


def test_the_database_refuses_one_person_twice(college):
    bundle = signed(college)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExchangeBundle.objects.filter(pk=bundle.pk).update(second_signer=bundle.first_signer)


def test_jumps_are_explained_before_signing(college):
    signed(college, "2025-1")
    bundle = built("2025-2", by=college.centre)
    # No row in the second term: 10 of 10 courses' rows are gone.
    assert open_jumps(bundle) == ["7.1", "7.1/2", "7.5", "7.5/6"]
    assert code_of(sign_bundle, bundle=bundle, by=college.centre) == "bundle_unexplained"
    told = {"7.1": "尚未开课", "7.1/2": " ", "7.5": "同上", "7.5/6": "同上", "9.9": "无此表"}
    explain_jumps(bundle=bundle, texts=told, by=college.centre, at=NOW)
    assert open_jumps(bundle) == ["7.1/2"]
    assert "9.9" not in bundle.explanations
    explain_jumps(bundle=bundle, texts={"7.1/2": "同上"}, by=college.centre, at=NOW)
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    assert bundle.state == "SIGNED_ONCE"


def test_a_correction_is_a_newer_bundle_that_names_the_old_one(college, tmp_path):
    first = signed(college)
    import_text(score_csv([Passes("MATH-1", 10, 1), Passes("WELD-1", 8, 2)]), tmp_path)
    second = built("2025-1", by=college.centre)
    assert (second.edition, second.replaces) == (2, first)
    third_text = score_csv([Passes("MATH-1", 10, 1), Passes("WELD-1", 9, 2)])
    import_text(third_text, tmp_path)
    third = built("2025-1", by=college.centre)
    assert third.replaces == second
    assert code_of(sign_bundle, bundle=second, by=college.centre) == "bundle_replaced"
    assert content_of(first).rows("7.1")[0] == ["MATH", "10", "71.95"]


def test_handing_over_and_receipt(college, tmp_path):
    bundle = signed(college)
    path = tmp_path / "r.txt"
    path.write_text("收讫", encoding="utf-8")
    receipt = {"number": "HZ-1", "on": NOW.date(), "path": path, "file_name": "r.txt"}
    told = {"bundle": bundle, "by": college.centre}
    assert code_of(record_receipt, **told, **receipt) == "bundle_not_in_state"
    assert code_of(hand_over_bundle, **told, on=NOW.date(), way=" ") == "bundle_way_missing"
    hand_over_bundle(**told, on=NOW.date(), way="平台上传", at=NOW)
    missing = {**receipt, "number": ""}
    assert code_of(record_receipt, **told, **missing) == "bundle_receipt_number_missing"
    record_receipt(**told, **receipt, at=NOW)
    assert (bundle.state, bundle.receipt_number) == ("RECEIPTED", "HZ-1")
    assert path_of(bundle.receipt_sha256).read_text(encoding="utf-8") == "收讫"


def test_a_changed_file_is_found(college):
    bundle = signed(college)
    path = path_of(bundle.file_sha256)
    archive = open_bundle(path.read_bytes())
    members = {name: archive.read(name) for name in archive.names()}
    members["tables/7.1.csv"] = members["tables/7.1.csv"].replace(b"MATH", b"MATS")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as target:
        for name, content in members.items():
            target.writestr(name, content)
    with pytest.raises(BundleDamaged, match=r"tables/7\.1"):
        open_bundle(buffer.getvalue())
    path.write_bytes(buffer.getvalue())
    assert [found.invariant for found in verify_bundles()] == ["I1"]
    path.unlink()
    assert [found.invariant for found in verify_bundles()] == ["I6"]


def test_who_has_to_sign_is_told(college):
    bundle = built("2025-1", by=college.centre)
    titles = {name: [item.title for item in todos(Rights(getattr(college, name), on=NOW.date()))]
              for name in ("centre", "office", "president")}  # fmt: skip
    assert [len(titles[name]) for name in ("centre", "office", "president")] == [1, 0, 0]
    sign_bundle(bundle=bundle, by=college.centre, at=NOW)
    assert len(todos(Rights(college.president, on=NOW.date()))) == 1
    assert todos(Rights(college.east, on=NOW.date())) == []


def test_a_table_is_found_by_the_number_that_points_cite(college):
    package, table = table_numbered("7.5")
    assert (package.code, table.title) == ("platform", "成绩")
    assert table_numbered("9.3") is None


def test_a_package_is_versioned_and_exported_as_it_was_declared(college, tmp_path):
    (kind,) = KINDS
    assert kind.plan(read_package(PACKAGE)) == []
    text = kind.export(kind.current())["exchanges/platform.toml"]
    again = tmp_path / "again"
    (again / "exchanges").mkdir(parents=True)
    (again / "package.toml").write_bytes((PACKAGE / "package.toml").read_bytes())
    (again / "exchanges/platform.toml").write_text(text, encoding="utf-8")
    assert kind.plan(read_package(again)) == []
    changed = text.replace('"0.2"', '"0.5"')
    (again / "exchanges/platform.toml").write_text(changed, encoding="utf-8")
    load_definitions(again)
    assert package_coded(EVERYTHING, "platform").number == 2


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (('dataset = "score"', 'dataset = "nothing"'), "package_unknown_dataset"),
        (('"course_code"', '"nothing"'), "package_bad_entry"),
        (("计数()", "计数("), "package_bad_formula"),
        (('number = "7.5"', 'number = "7.1"'), "package_bad_entry"),
    ],
)
def test_a_package_that_fits_no_dataset_is_refused(college, tmp_path, wrong, code):
    (tmp_path / "p/exchanges").mkdir(parents=True)
    (tmp_path / "p/package.toml").write_bytes((PACKAGE / "package.toml").read_bytes())
    text = (PACKAGE / "exchanges/platform.toml").read_text(encoding="utf-8")
    (tmp_path / "p/exchanges/other.toml").write_text(text.replace(*wrong), encoding="utf-8")
    with pytest.raises(PackageUnreadable) as refused:
        load_definitions(tmp_path / "p")
    assert refused.value.code == code


def test_a_bundle_of_too_many_rows_is_refused_before_they_are_read(college, monkeypatch):
    monkeypatch.setattr("luoxuan.data.exchange.mapping.MOST_ROWS", 21)
    with pytest.raises(MappingRefused) as refused:
        built("2025-1", by=college.centre)
    assert (refused.value.code, refused.value.facts["n"]) == ("exchange_too_many_rows", 20)
    assert not ExchangeBundle.objects.exists()

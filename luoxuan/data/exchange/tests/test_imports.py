"""Bundles that come in: round trip, damage, and a receiver's table beside ours."""

import io
import random
import zipfile

import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.workbook import Column, Sheet, workbook_bytes
from luoxuan.data.models import Dataset, ExchangeBundle, ExchangeComparison
from luoxuan.data.queries import dataset_rows
from luoxuan.testing.college import NOW, import_text
from luoxuan.testing.filling.exchange import built, returned_table

from ..archive import BundleDamaged, open_bundle, write_archive
from ..checking import findings_of
from ..definition import definition_of
from ..imports import TableUnreadable, compare_file, import_bundle, import_rows
from ..mapping import MappingRefused
from ..queries import content_of, definition_of_bundle, path_of

HEADER = "学号,教学班,课程,部门,学期,得分,结果"


def rows_now():
    page = dataset_rows(EVERYTHING, Dataset.objects.get(name="score"), limit=None)
    return sorted(row[:-1] for row in page.table.rows)


def drawn(seed):
    """A score file drawn by chance: missing scores, every code, tenths."""
    draw = random.Random(seed)  # noqa: S311 (rows for a test)
    lines = [HEADER]
    for number in range(1000, 1000 + draw.randint(1, 40)):
        score = draw.choice(["", "0", "100", f"{draw.randint(0, 999) / 10:.1f}"])
        result = draw.choice(["通过", "不通过", "缺考"])
        lines.append(f"{number},MATH-1,MATH,EAST-MATH,2025-1,{score},{result}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(4))
def test_rows_come_back_as_they_were(college, tmp_path, settings, seed):
    import_text(drawn(seed), tmp_path)
    before = rows_now()
    bundle = built("2025-1", by=college.centre)
    path = tmp_path / "bundle.zip"
    path.write_bytes(path_of(bundle.content_sha256).read_bytes())
    # Another installation: nothing of this dataset is there but its last row's remains.
    import_text(f"{HEADER}\n9999,WELD-1,WELD,WEST,2025-2,1,缺考\n", tmp_path)
    imported = import_bundle(path=path, by=college.office, at=NOW)
    report = import_rows(bundle=imported, number="7.5", by=college.office, at=NOW)
    assert (report.rows_rejected, report.rows_accepted) == (0, len(before))
    assert [row for row in rows_now() if row[0] != "9999"] == before


def test_an_imported_bundle_is_one_and_read_only(college, tmp_path):
    bundle = built("2025-1", by=college.centre)
    path = path_of(bundle.content_sha256)
    first = import_bundle(path=path, by=college.office, at=NOW)
    assert import_bundle(path=path, by=college.office, at=NOW) == first
    assert (first.is_imported, first.n_rows, first.title) == (True, 22, "状态数据")
    assert ExchangeBundle.objects.filter(is_imported=True).count() == 1
    with pytest.raises(MappingRefused) as refused:
        import_rows(bundle=first, number="7.1", by=college.office, at=NOW)
    assert refused.value.code == "exchange_rows_counted"


def _zip(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no archive", "bundle_not_an_archive"),
        (_zip([("../evil", b"x")]), "bundle_not_an_archive"),
        (_zip([("big", b"\0" * 60_000_000)]), "bundle_not_an_archive"),
        (_zip([("a", b"x")]), "bundle_member_missing"),
        (_zip([("manifest.json", b"[]")]), "bundle_unknown_format"),
        (_zip([("manifest.json", b"{")]), "bundle_member_unreadable"),
        (
            _zip([("manifest.json", b'{"format": "luoxuan-exchange-bundle/1", "members": {}}'),
                  ("x", b"")]),
            "bundle_member_changed",
        ),
        (write_archive({"definition.json": b"{}"}), "bundle_member_missing"),
        (
            write_archive({"definition.json": b"{}", "provenance.json": b"{}"}),
            "bundle_member_unreadable",
        ),
    ],
)  # fmt: skip
def test_what_is_no_sound_bundle_is_refused_and_leaves_nothing(college, tmp_path, content, code):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(BundleDamaged) as refused:
        import_bundle(path=path, by=college.office, at=NOW)
    assert refused.value.code == code
    assert not ExchangeBundle.objects.exists()


def test_a_receivers_table_is_compared_by_key(college, tmp_path):
    bundle = built("2025-1", by=college.centre)
    table, rows = definition_of_bundle(bundle).by_number["7.5"], content_of(bundle).rows("7.5")
    rows[0][5] = "99"
    rows[1][0] = "8888"
    path = tmp_path / "back.xlsx"
    path.write_bytes(returned_table(table, rows[:-1]))
    told = {"bundle": bundle, "number": "7.5", "path": path, "file_name": "back.xlsx"}
    found = compare_file(**told, by=college.centre, at=NOW)
    counts = (found.n_same, found.n_cells, found.n_ours, found.n_theirs, found.n_unread)
    assert counts == (17, 1, 2, 1, 0)
    assert found.differences[0] == ["cell", "1001 · MATH-1 · 2025-1", "分数", "75.5", "99.0"]
    assert compare_file(**told, by=college.centre, at=NOW) == found
    assert ExchangeComparison.objects.count() == 1


def test_a_file_of_another_shape_is_not_compared(college, tmp_path):
    bundle = built("2025-1", by=college.centre)
    path = tmp_path / "back.xlsx"
    path.write_bytes(workbook_bytes([Sheet("x", (Column("完全"), Column("不同")), [("1", "2")])]))
    with pytest.raises(TableUnreadable):
        compare_file(
            bundle=bundle, number="7.5", path=path, file_name="back.xlsx", by=college.centre,
            at=NOW,
        )  # fmt: skip


DEFINITION = definition_of(
    {
        "jump_share": "0.2",
        "codes": {"yes": {"是": "1"}},
        "tables": [
            {
                "number": "1.3", "title": "表", "dataset": "x",
                "columns": [
                    {"number": "1", "title": "号", "field": "a", "key": True, "required": True,
                     "length": 3},
                    {"number": "2", "title": "码", "field": "b", "codes": "yes"},
                    {"number": "3", "title": "数", "field": "c", "type": "integer"},
                    {"number": "4", "title": "日", "field": "d", "type": "date"},
                ],
                "rules": [{"title": "数为正", "condition": "【数】 > 0", "severity": "warn"}],
            }
        ],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (["1", "1", "2", "2026-01-31"], []),
        (["1", "", "", ""], []),
        (["", "1", "2", ""], ["cell_required"]),
        (["1234", "1", "2", ""], ["cell_too_long"]),
        (["1", "否", "2", ""], ["cell_unknown_code"]),
        (["1", "1", "2.5", ""], ["cell_no_integer"]),
        (["1", "1", "二", ""], ["cell_no_integer"]),
        (["1", "1", "2", "2026-02-31"], ["cell_no_date"]),
        (["1", "1", "0", ""], ["rule_failed"]),
    ],
)
def test_every_cell_and_row_is_checked(warehouse, row, codes):
    found = findings_of(DEFINITION, {"1.3": [row]})
    assert [one["code"] for one in found] == codes
    assert all((one["table"], one["row"]) == ("1.3", 1) for one in found)


def test_keys_that_stand_twice_and_empty_tables_are_told(warehouse):
    rows = [["1", "", "", ""], ["2", "", "", ""], ["1", "", "", ""]]
    found = findings_of(DEFINITION, {"1.3": rows})
    assert [(one["code"], one["row"]) for one in found] == [("key_twice", 1), ("key_twice", 3)]
    (empty,) = findings_of(DEFINITION, {"1.3": []})
    assert (empty["code"], empty["severity"]) == ("table_empty", "warn")


def test_an_identity_number_is_not_repeated_in_a_finding(warehouse):
    (found,) = findings_of(DEFINITION, {"1.3": [["11010519491231002X", "", "", ""]]})
    assert found["value"] == "…"


@pytest.mark.parametrize(
    "change",
    [
        {"number": "7 5"}, {"sheet": "a/b"}, {"header": ["number"]}, {"workbook": "../x.xlsx"},
        {"columns": []}, {"columns": [{"number": "1", "title": "x"}]},
        {"columns": [{"number": "1", "title": "x", "field": "a", "measure": "计数()"}]},
        {"columns": [{"number": "1", "title": "x", "field": "a", "codes": "no"}]},
        {"columns": [{"number": "1", "title": "x", "field": "a", "date_format": "%x"}]},
    ],
)  # fmt: skip
def test_a_wrong_definition_is_refused(change):
    columns = [{"number": "1", "title": "x", "field": "a"}]
    table = {"number": "7.5", "title": "x", "dataset": "x", "columns": columns, **change}
    with pytest.raises(ValueError):  # noqa: PT011 (what is wrong differs)
        definition_of({"jump_share": "0.2", "tables": [table]})


def test_a_bundle_of_its_own_members_only_opens(college):
    bundle = built("2025-1", by=college.centre)
    data = path_of(bundle.content_sha256).read_bytes()
    assert "provenance.json" in open_bundle(data).names()
    with pytest.raises(BundleDamaged):
        open_bundle(data + b"more")

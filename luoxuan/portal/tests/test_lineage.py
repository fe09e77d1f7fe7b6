"""The lineage over all packages, and the burden."""

import json

import pytest
from django.test import Client

from luoxuan.campus.scope import EVERYTHING
from luoxuan.cli import main
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.data.models import DatasetUse
from luoxuan.portal.burden import unit_loads, unused
from luoxuan.portal.lineage import picture_of, places_of
from luoxuan.portal.uses import whole_lineage
from luoxuan.testing.college import (
    NOW,
    Passes,
    fill_college,
    import_text,
    open_user,
    score_csv,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def college(tmp_path, settings):
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    settings.LUOXUAN_WAREHOUSE.mkdir(exist_ok=True)
    fill_college(tmp_path)


def lineage_of(*ties) -> Lineage:
    found = Lineage()
    for origin, user, fields in ties:
        for code in (origin, user):
            kind = NodeKind.DATASET if code.islower() else NodeKind.INDICATOR
            found.add(Node(kind, code, code))
        found.tie(_key(origin), _key(user), fields)
    return found


def _key(code: str) -> str:
    return f"{'DATASET' if code.islower() else 'INDICATOR'}:{code}"


def test_a_field_breaks_what_reads_it_also_behind_a_look_up():
    lineage = lineage_of(
        ("a", "b", ["x", "k"]), ("a", "Y", ["y"]), ("b", "X", ["x"]), ("b", "Z", ["z"]),
        ("X", "W", None),
    )  # fmt: skip
    assert lineage.users_of("DATASET:a", name="x") == {
        "DATASET:b": 1, "INDICATOR:X": 2, "INDICATOR:W": 3,
    }  # fmt: skip
    assert set(lineage.users_of("DATASET:a", name="y")) == {"INDICATOR:Y"}
    assert lineage.users_of("DATASET:a", name="nobody") == {}
    assert set(lineage.origins_of("INDICATOR:W")) == {"INDICATOR:X", "DATASET:b", "DATASET:a"}


def test_a_circle_comes_to_an_end():
    lineage = lineage_of(("a", "b", None), ("b", "a", None))
    assert lineage.users_of("DATASET:a") == {"DATASET:b": 1}
    assert lineage.origins_of("DATASET:a") == {"DATASET:b": 1}


def test_the_lineage_of_a_dataset_goes_from_the_file_to_the_watch(college):
    places = places_of(whole_lineage(None), "DATASET:score")
    kinds = {place.node.kind for place in places}
    assert {NodeKind.IMPORT, NodeKind.MEASURE, NodeKind.INDICATOR, NodeKind.WATCH} <= kinds
    assert {place.node.kind for place in places if place.n_steps < 0} == {NodeKind.IMPORT}
    picture = picture_of(whole_lineage(None), "DATASET:score", places)
    assert picture.count("lineage-node") == len(places) + 1


def test_a_field_that_no_measure_reads_breaks_nothing_and_may_be_given_up(college):
    lineage = whole_lineage(None)
    by_result = {p.node.code for p in places_of(lineage, "DATASET:score", field="result")}
    assert "course.pass_share" in by_result
    assert places_of(lineage, "DATASET:score", field="student_id") == []
    assert [one.name for one in unused()] == []


def test_links_lead_only_where_the_reader_may_go(college):
    client = Client()
    client.force_login(open_user("centre"))
    page = client.get("/data/score/lineage/").content.decode()
    assert "通过" in page
    assert 'href="/indicators/course.pass_share/"' not in page
    client.force_login(open_user("office"))
    assert (
        'href="/indicators/course.pass_share/"'
        in client.get("/data/score/lineage/").content.decode()
    )


def test_an_indicator_is_one_click_from_its_lineage(college):
    client = Client()
    client.force_login(open_user("math"))
    page = client.get("/indicators/course.pass_share/").content.decode()
    assert "/indicators/course.pass_share/lineage/" in page
    assert client.get("/indicators/course.pass_share/lineage/").status_code == 200


def test_a_run_counts_as_a_use(college):
    assert DatasetUse.objects.filter(dataset__name="score", kind="COUNTED").exists()


def test_the_command_says_what_breaks(college, capsys):
    assert main(["uses", "score.result", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert "course.pass_share" in {row["code"] for row in told}
    assert main(["uses", "score.nothing"]) == 1


def test_the_command_compares(college, capsys):
    assert main(["compare", "score", "score@1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_same"] == 30
    assert main(["compare", "score@9", "score"]) == 1


def test_the_burden_is_counted_by_unit_and_post(college, tmp_path):
    import_text(score_csv([Passes("MATH-1", 2, 0)]), tmp_path, by=open_user("eastdata"))
    loads = unit_loads(EVERYTHING, at=NOW, on=NOW.date())
    mine = [row for row in loads if row.unit.code == "EAST"]
    assert [(row.post, row.n_times, row.n_fields) for row in mine] == [
        ("二级学院质量/数据员", 1, 7)
    ]
    assert mine[0].prefilled_pct is None

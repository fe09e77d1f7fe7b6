"""What was handed in is counted where it was filled in, once, with the time it took."""

from datetime import timedelta

import pytest
from django.test import Client

from luoxuan.data.collecting.actions import accept_submission, save_submission, submit_submission
from luoxuan.data.collecting.burden import cells_by_field, filled
from luoxuan.data.directory.burden import filled as imported
from luoxuan.testing.college import NOW
from luoxuan.testing.filling.collecting import EAST_ROW, open_scores, submission_of

YEAR = NOW - timedelta(days=365)


@pytest.fixture
def accepted(users, collection):
    east, by = submission_of(collection, "EAST"), users["eastdata"]
    opened_at = NOW - timedelta(minutes=3)
    saved = save_submission(
        submission=east, sent=[("r1", EAST_ROW)], revision=0, by=by, at=NOW, opened_at=opened_at
    )
    later = NOW + timedelta(seconds=30)
    handed = submit_submission(submission=saved, by=by, at=later, opened_at=opened_at)
    return accept_submission(submission=handed, by=users["office"], at=later)


def test_a_submission_counts_for_whoever_filled_it_in_and_not_as_an_import(users, accepted):
    (load,) = filled(since=YEAR)
    assert (load.form, load.user, load.n_times) == ("collection:score", users["eastdata"].pk, 1)
    assert (load.n_fields, load.n_prefilled, load.minutes) == (5, 0, 4)
    assert load.unit == accepted.subject.unit_path
    assert imported(since=YEAR) == []
    assert cells_by_field(since=YEAR)["score", "result"] == 1
    assert filled(since=NOW + timedelta(days=1)) == []


def test_the_page_names_unit_post_and_what_is_best_given_up(users, accepted):
    client = Client()
    client.force_login(users["office"])
    page = client.get("/data/burden/").content.decode()
    assert "二级学院质量/数据员" in page
    text = client.get("/data/burden/?part=idle&format=csv").content.decode("utf-8-sig")
    assert "一年填了几格" in text


def test_the_opening_of_the_page_is_measured_and_cannot_be_invented(users):
    east = submission_of(open_scores(users["office"]), "EAST")
    client = Client()
    client.force_login(users["eastdata"])
    page = client.get(f"/data/filling/{east.pk}/").content.decode()
    mark = page.partition('name="opened" value="')[2].partition('"')[0]
    told = {"row": "r1", "revision": "0", "act": "save"}
    told |= {f"c-r1-{name}": text for name, text in EAST_ROW.items()}
    client.post(f"/data/filling/{east.pk}/", {**told, "opened": f"{mark}x"})
    east.refresh_from_db()
    assert east.worked_seconds is None
    told |= {"revision": "1", "c-r1-score": "3", "opened": mark}
    client.post(f"/data/filling/{east.pk}/", told)
    east.refresh_from_db()
    assert east.worked_seconds is not None

"""Pages of filling: what is sent is kept, what is wrong comes back with its cell."""

import pytest
from django.test import Client

from luoxuan.data.models import Submission
from luoxuan.testing.filling.collecting import EAST_ROW, submission_of

CELLS = {f"c-r1-{name}": value for name, value in EAST_ROW.items()}


@pytest.fixture
def enter(users):
    def client_of(name: str) -> Client:
        client = Client()
        client.force_login(users[name])
        return client

    return client_of


def send(client, submission, *, revision=0, act="save", **cells):
    told = {"row": "r1", "revision": str(revision), "act": act, **CELLS, **cells}
    return client.post(f"/data/filling/{submission.pk}/", told)


def test_autosave_answers_with_the_count_and_what_is_plainly_wrong(enter, collection):
    east = submission_of(collection, "EAST")
    answer = send(enter("eastdata"), east, act="autosave", **{"c-r1-score": "188"}).json()
    assert (answer["revision"], answer["filled"], answer["required"]) == (1, 4, 4)
    assert list(answer["errors"]) == ["c-r1-score"]
    moved = send(enter("east"), east, act="autosave", **{"c-r1-score": "1"})
    assert (moved.status_code, moved.json()["theirs"]) == (409, {"c-r1-score": "188"})
    page = send(enter("east"), east, **{"c-r1-score": "1"})
    assert page.status_code == 409
    assert "别处已存的内容" in page.content.decode()


def test_what_is_wrong_comes_back_and_a_double_submit_is_one(enter, collection):
    east, client = submission_of(collection, "EAST"), enter("eastdata")
    wrong = send(client, east, act="submit", **{"c-r1-result": "优"})
    assert wrong.status_code == 422
    assert 'id="c-r1-result-error"' in wrong.content.decode()
    assert send(client, east, revision=1, act="submit").status_code == 302
    assert send(client, east, revision=1, act="submit").status_code == 302
    assert Submission.objects.get(pk=east.pk).state == "SUBMITTED"


def test_a_row_is_dropped_and_five_more_are_offered(enter, collection):
    east, client = submission_of(collection, "EAST"), enter("eastdata")
    more = send(client, east, act="add")
    assert client.get(more.url).content.decode().count('name="row"') == 7  # one is the copy
    send(client, east, revision=1, drop="r1")
    assert Submission.objects.get(pk=east.pk).rows == []


def test_the_list_leaves_as_a_file_and_a_checker_may_not_fill_in_for_an_ended_one(
    enter, collection
):
    office = enter("office")
    text = office.get(f"/data/collections/{collection.pk}/?format=csv").content.decode("utf-8-sig")
    assert "东学院,逾期,0,0" in text
    office.post(f"/data/collections/{collection.pk}/end/", {"act": "close"})
    page = enter("eastdata").get(f"/data/filling/{submission_of(collection, 'EAST').pk}/")
    assert "提交审核" not in page.content.decode()

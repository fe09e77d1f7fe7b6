import pytest

from luoxuan.data.models import Outlier
from luoxuan.data.quality.actions import OutlierAnswered, answer_outlier
from luoxuan.data.quality.actions.outliers import find_outliers
from luoxuan.data.quality.rules import OutlierAnswer
from luoxuan.data.rules import ImportMode
from luoxuan.testing.college import NOW


@pytest.fixture
def many(add_rows):
    rows = [f"{2000 + n},MATH-1,MATH,EAST-MATH,2025-1,{80 + n % 5},通过" for n in range(60)]
    add_rows(*rows, mode=ImportMode.REPLACE)
    assert find_outliers(at=NOW) == 0


def test_a_value_far_from_the_history_is_asked_once(many, add_rows, score):
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,5,不通过")
    assert find_outliers(at=NOW) == 1
    outlier = Outlier.objects.get()
    assert (outlier.field, outlier.value, outlier.low, outlier.high) == ("score", "5.0", "75", "89")
    add_rows("7003,MATH-1,MATH,EAST-MATH,2025-1,81,通过")
    assert find_outliers(at=NOW) == 0


def test_too_short_a_history_says_nothing(score):
    assert find_outliers(at=NOW) == 0


def test_an_answer_is_given_once(many, add_rows):
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,5,不通过")
    find_outliers(at=NOW)
    outlier = Outlier.objects.get()
    answer_outlier(outlier=outlier, answer=OutlierAnswer.TRUE, by=None, at=NOW)
    with pytest.raises(OutlierAnswered):
        answer_outlier(outlier=outlier, answer=OutlierAnswer.WRONG, by=None, at=NOW)


def test_the_page_asks_and_a_wrong_value_leads_to_its_correction(many, add_rows, users, client):
    add_rows("7001,MATH-1,MATH,EAST-MATH,2025-1,5,不通过")
    find_outliers(at=NOW)
    outlier = Outlier.objects.get()
    client.force_login(users["west"])
    assert client.post(f"/data/quality/outliers/{outlier.pk}/").status_code == 404
    client.force_login(users["eastdata"])
    assert "请核对" in client.get("/data/quality/score/").content.decode()
    answer = client.post(f"/data/quality/outliers/{outlier.pk}/", {"answer": "WRONG"})
    assert answer["Location"].startswith("/data/corrections/new/?dataset=score")
    assert client.get(answer["Location"]).status_code == 200

"""The catch-up reminds of collections, once."""

from datetime import timedelta

import pytest

from luoxuan.core.models import Notice
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.college import NOW, open_college, open_users
from luoxuan.testing.filling.collecting import open_scores

pytestmark = pytest.mark.django_db


def test_the_catch_up_reminds_of_collections(tmp_path, settings):
    settings.LUOXUAN_WAREHOUSE = tmp_path
    open_college()
    open_scores(open_users()["office"])
    late = NOW + timedelta(days=6)
    assert (catch_up(by=None, at=late).n_reminded, Notice.objects.count()) == (1, 3)
    assert (catch_up(by=None, at=late).n_reminded, Notice.objects.count()) == (0, 3)

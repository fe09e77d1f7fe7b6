"""A file as it was downloaded, handed in by the page: its columns, its number, its rows."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from luoxuan.core.jobs import run_due
from luoxuan.portal.catch_up import catch_up
from luoxuan.portal.configuration import load_package
from luoxuan.testing.college import open_user

from .conftest import folder_of
from .schools import EXAMPLES, XAPI_EDU

pytestmark = pytest.mark.django_db
FILE = "xAPI-Edu-Data.csv"


def test_a_foreign_file_leads_by_the_pages_to_a_number_and_its_rows(client, tmp_path, settings):
    settings.LUOXUAN_WAREHOUSE = tmp_path / "warehouse"
    folder = folder_of(XAPI_EDU)
    load_package(EXAMPLES / XAPI_EDU.package, by=None, at=timezone.now())
    client.force_login(open_user("office"))

    upload = SimpleUploadedFile(FILE, (folder / FILE).read_bytes())
    sent = {"file": upload, "receipt": "first", "mode": "replace"}
    address = reverse("data:dataset_import", args=["learning_record"])
    draft = client.post(address, sent).headers["Location"]
    run_due(owner="test", now=timezone.now)
    # Nothing is asked: every foreign header is one of the names that the package declares.
    checked = client.get(draft, follow=True)
    assert checked.redirect_chain[-1][0].endswith("/check/")
    assert "480" in checked.content.decode()
    columns = client.get(f"{draft}columns/").content.decode()
    assert "VisITedResources" in columns
    assert "访问资源次数" in columns
    preview = client.get(f"{draft}preview/").content.decode()
    assert "KuwaIT" in preview
    client.post(f"{draft}commit/")
    run_due(owner="test", now=timezone.now)
    catch_up(by=None, at=timezone.now())

    asked = {"kind": "UNIT", "subject": "HighSchool", "period": "F"}
    page = client.get(reverse("indicators:indicator_detail", args=["learning.low_share"]), asked)
    with_rows = client.get(reverse("indicators:reading_rows", args=["learning.low_share"]), asked)
    assert "高中" in page.content.decode()
    assert "共 23 行" in with_rows.content.decode()

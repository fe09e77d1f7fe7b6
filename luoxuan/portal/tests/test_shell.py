"""What stands around the pages: the page without network, its worker, compression, the guide."""

import json
import re

import pytest
from django.test import override_settings

from luoxuan.portal.design_tokens import token_groups, tokens
from luoxuan.testing.college import open_user

PACKED = {"HTTP_ACCEPT_ENCODING": "gzip"}


@pytest.mark.django_db
def test_the_page_without_network_is_the_same_for_everybody(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        first = client.get("/offline/")
    assert first.status_code == 200
    assert not first.cookies
    assert "没有网络" in first.content.decode()
    client.cookies["django_language"] = "en"
    assert client.get("/offline/").content == first.content


def test_the_worker_may_stand_at_the_root_and_names_files_that_are_there(client):
    answer = client.get("/service-worker.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "worker-src 'self'" in answer.headers["Content-Security-Policy"]
    files = json.loads(re.search(r"const files = (\[.*?\]);", answer.content.decode()).group(1))
    page = client.get("/offline/").content.decode()
    assert len(files) == 5
    # A file that other pages ask for too would be answered from what was kept.
    assert all(f'"{file}"' in page and file.endswith("?offline") for file in files)


def test_the_worker_has_a_new_version_when_what_it_keeps_is_new(client):
    def version():
        text = client.get("/service-worker.js").content.decode()
        return re.search(r"luoxuan-offline-(\w+)", text).group(1)

    first = version()
    assert first == version()
    with override_settings(STATIC_URL="/other/"):
        assert version() != first


@pytest.mark.django_db
def test_the_guide_is_for_those_who_set_up_the_institution(client, college):
    for number, (role, status) in enumerate(
        {"quality_office": 200, "system_administrator": 200, "teacher": 404, "leader": 404}.items()
    ):
        client.force_login(open_user(f"guide{number}", role, "*"))
        assert client.get("/styleguide/").status_code == status, role
        is_linked = 'href="/styleguide/"' in client.get("/").content.decode()
        assert is_linked is (status == 200), role


def test_every_token_stands_in_one_group():
    grouped = [token for group in token_groups() for token in group.tokens]
    assert sorted(token.name for token in grouped) == sorted(token.name for token in tokens())
    assert {"ok", "warn-soft"} <= {token.name for token in token_groups()[3].tokens}
    dark = {token.name: token.dark for token in tokens()}
    assert (dark["text"], dark["side"]) == ("#e8edf4", "224px")


@pytest.mark.django_db
def test_pages_come_compressed_and_files_as_they_are(client, college):
    client.force_login(open_user("office"))
    page = client.get("/alerts/", **PACKED)
    assert page.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/alerts/").headers
    assert "Content-Encoding" not in client.get("/alerts/?format=csv", **PACKED).headers

"""The description for programs and the page for people say what the routes do."""

import re

import pytest
from django.test import Client

from luoxuan.portal.api.description import VIEWS
from luoxuan.portal.api.operations import operations_of
from luoxuan.portal.api.schema import openapi, path_of

from .conformity import mismatches

OPERATIONS = [(view, operation) for view in VIEWS for operation in operations_of(view)]
NAMES = [f"{operation.method} {path_of(view)}" for view, operation in OPERATIONS]


@pytest.mark.parametrize(("view", "operation"), OPERATIONS, ids=NAMES)
def test_every_operation_stands_there_with_parameters_and_problems(view, operation):
    document = openapi(VIEWS)
    described = document["paths"][path_of(view)][operation.method.lower()]
    named = {row["name"] for row in described["parameters"]}
    assert {parameter.name for parameter in operation.taken} <= named
    assert set(re.findall(r"{(\w+)}", path_of(view))) <= named
    assert all(row["schema"] and row["in"] in {"path", "query", "header"} for row in
               described["parameters"])  # fmt: skip
    problem = {"$ref": "#/components/schemas/Problem"}
    for status in operation.statuses:
        content = described["responses"][str(status)]["content"]
        assert content == {"application/problem+json": {"schema": problem}}
    assert {"401", "404", "405"} <= set(described["responses"])
    assert ("requestBody" in described) == (operation.method == "POST")
    if operation.method == "POST":
        assert {"400", "403", "413", "415", "422"} <= set(described["responses"])


def test_operation_ids_are_unique():
    found = [
        row["operationId"] for path in openapi(VIEWS)["paths"].values() for row in path.values()
    ]
    assert len(found) == len(set(found)) == len(OPERATIONS)


def test_the_checker_of_answers_sees_what_is_wrong():
    schema = {
        "type": "object",
        "properties": {"rows": {"type": "array", "items": {"type": ["integer", "null"]}}},
        "required": ["rows", "next"],
    }
    assert mismatches({"rows": [1, None], "next": "x"}, schema, {}) == []
    assert mismatches({"rows": [True, "1"]}, schema, {}) == [
        "$: next is missing",
        "$.rows[0]: True is no ['integer', 'null']",
        "$.rows[1]: '1' is no ['integer', 'null']",
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_shows_every_operation_with_an_example(users, language):
    client = Client()
    client.force_login(users["student"])
    client.cookies["django_language"] = language
    page = client.get("/api/").content.decode()
    for view, operation in OPERATIONS:
        assert f"/api{path_of(view)}</code>" in page, operation
    assert page.count("curl -H") == len(OPERATIONS)
    assert "mode=merge" in page


def test_a_stranger_is_led_from_the_page_to_the_login():
    assert Client().get("/api/").status_code == 302


def test_the_page_of_tokens_leads_to_the_description(users):
    client = Client()
    client.force_login(users["office"])
    assert 'href="/api/"' in client.get("/me/tokens/").content.decode()

"""The policy equals the matrix of the requirements, cell by cell."""

from itertools import product

import pytest

from luoxuan.campus.rules import Action, Resource, may, roles

from .matrix import SCOPES, expanded, rules

CELLS = list(product(roles(), Resource, Action))


@pytest.mark.parametrize("role", list(roles()))
def test_the_policy_equals_the_matrix_in_every_cell_of_a_role(role):
    allowed = expanded(list(roles()))
    wrong = [
        (role, str(resource), str(action), may(role, resource, action))
        for resource, action in product(Resource, Action)
        if may(role, resource, action) != ((role, resource, action) in allowed)
    ]
    assert wrong == []


def test_every_cell_is_decided():
    assert len(CELLS) == len(roles()) * len(Resource) * len(Action)
    assert 0 < len(expanded(list(roles()))) < len(CELLS)


def test_the_matrix_names_only_what_exists():
    for rule in rules():
        assert rule["role"] == "*" or set(rule["role"].split()) <= set(roles()), rule
        assert rule["resource"] in set(Resource), rule
        assert set(rule["action"].split()) <= set(Action), rule
        assert rule["scope"] in SCOPES, rule
        assert rule["source"], rule


def test_every_resource_and_action_of_the_code_stands_in_the_matrix():
    cells = expanded(list(roles()))
    assert {resource for _, resource, _ in cells} == set(Resource)
    assert {action for _, _, action in cells} == set(Action)
    assert {role for role, _, _ in cells} == set(roles())


def test_a_role_that_the_catalogue_lacks_may_do_nothing():
    assert not any(may("everybody", resource, act) for resource, act in product(Resource, Action))
    assert not may("", Resource.HOME, Action.VIEW)


def test_only_whole_institution_roles_write_data():
    writers = {
        role
        for role, resource, act in expanded(list(roles()))
        if (resource, act) == (Resource.IMPORT, Action.CREATE)
    }
    assert writers == {"quality_office", "information_centre"}


def test_the_three_administrators_see_no_business_data():
    for role in ("system_administrator", "security_administrator", "audit_administrator"):
        seen = {resource for name, resource, _ in expanded([role]) if name == role}
        assert seen - {Resource.AUDIT, Resource.SETTING} == {Resource.HOME, Resource.JOB}

"""Which act has its place when, and what is a jump: tables of cases."""

from decimal import Decimal
from itertools import product

import pytest

from ..rules import BundleAct, BundleState, is_jump, refusal_of, step

WAY = {
    "BUILT": {"check": "CHECKED", "explain": "BUILT"},
    "CHECKED": {"check": "CHECKED", "explain": "CHECKED", "sign": "SIGNED_ONCE"},
    "SIGNED_ONCE": {"approve": "SIGNED", "return": "CHECKED"},
    "SIGNED": {"hand_over": "HANDED_OVER"},
    "HANDED_OVER": {"receipt": "RECEIPTED", "reject": "REJECTED"},
    "RECEIPTED": {},
    "REJECTED": {"correct": "REJECTED"},
}


@pytest.mark.parametrize(("state", "act"), list(product(BundleState, BundleAct)))
def test_every_act_leads_where_the_table_says_and_nowhere_else(state, act):
    assert step(state, act) == WAY[state].get(act)
    assert refusal_of(state, act) == ("" if act in WAY[state] else "bundle_not_in_state")


@pytest.mark.parametrize(
    ("state", "act", "facts", "code"),
    [
        ("CHECKED", "sign", {"n_refused": 1}, "bundle_has_errors"),
        ("CHECKED", "sign", {"n_unexplained": 1}, "bundle_unexplained"),
        ("CHECKED", "sign", {"is_right_person": False}, "bundle_not_builder"),
        ("CHECKED", "sign", {"is_replaced": True}, "bundle_replaced"),
        ("SIGNED_ONCE", "approve", {"is_right_person": False}, "bundle_own_signature"),
        ("SIGNED_ONCE", "approve", {"is_replaced": True}, "bundle_replaced"),
        ("SIGNED", "hand_over", {"is_replaced": True}, ""),
        ("SIGNED_ONCE", "return", {"is_right_person": False}, "bundle_own_signature"),
        ("REJECTED", "correct", {"is_replaced": True}, "bundle_replaced"),
        ("SIGNED", "hand_over", {"is_imported": True}, "bundle_imported"),
    ],
)
def test_what_stands_against_an_act(state, act, facts, code):
    assert refusal_of(state, BundleAct(act), **facts) == code


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("100", "120", False), ("100", "121", True), ("100", "79", True), ("0", "0", False),
        ("0", "1", True), (None, "1", True), ("1", None, True), (None, None, False),
        ("-10", "-12.1", True), ("0.3", "0.36", False),
    ],
)  # fmt: skip
def test_a_jump_is_more_than_the_declared_share(before, now, expected):
    then, today = (None if text is None else Decimal(text) for text in (before, now))
    assert is_jump(then, today, share=Decimal("0.2")) is expected

"""Decisions about exchange bundles on plain values: who may do what next, what is a jump."""

from decimal import Decimal
from enum import StrEnum


class BundleState(StrEnum):
    """Where a bundle is on its way「数据包状态」.

    Forwards, but for a leader who returns it instead of signing; what was frozen is corrected by a
    newer bundle only.
    """

    BUILT = "BUILT"
    CHECKED = "CHECKED"
    SIGNED_ONCE = "SIGNED_ONCE"
    SIGNED = "SIGNED"
    HANDED_OVER = "HANDED_OVER"
    RECEIPTED = "RECEIPTED"
    REJECTED = "REJECTED"


class BundleAct(StrEnum):
    """What is done to a bundle「数据包操作」."""

    CHECK = "check"
    EXPLAIN = "explain"
    SIGN = "sign"
    APPROVE = "approve"
    RETURN = "return"
    HAND_OVER = "hand_over"
    RECEIPT = "receipt"
    REJECT = "reject"
    CORRECT = "correct"


class ProblemLevel(StrEnum):
    """What a finding means「问题级别」: REFUSE keeps a bundle from being signed, WARN is told."""

    REFUSE = "refuse"
    WARN = "warn"


class ColumnType(StrEnum):
    """What the receiver takes in a column「列类型」."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"


_STEPS: dict[tuple[BundleState, BundleAct], BundleState] = {
    (BundleState.BUILT, BundleAct.CHECK): BundleState.CHECKED,
    (BundleState.CHECKED, BundleAct.CHECK): BundleState.CHECKED,
    (BundleState.BUILT, BundleAct.EXPLAIN): BundleState.BUILT,
    (BundleState.CHECKED, BundleAct.EXPLAIN): BundleState.CHECKED,
    (BundleState.CHECKED, BundleAct.SIGN): BundleState.SIGNED_ONCE,
    (BundleState.SIGNED_ONCE, BundleAct.APPROVE): BundleState.SIGNED,
    (BundleState.SIGNED_ONCE, BundleAct.RETURN): BundleState.CHECKED,
    (BundleState.SIGNED, BundleAct.HAND_OVER): BundleState.HANDED_OVER,
    (BundleState.HANDED_OVER, BundleAct.RECEIPT): BundleState.RECEIPTED,
    (BundleState.HANDED_OVER, BundleAct.REJECT): BundleState.REJECTED,
    (BundleState.REJECTED, BundleAct.CORRECT): BundleState.REJECTED,
}
OPEN_STATES = (BundleState.BUILT, BundleState.CHECKED, BundleState.SIGNED_ONCE)
GIVEN_STATES = (BundleState.SIGNED, BundleState.HANDED_OVER, BundleState.RECEIPTED)
FROZEN_STATES = (*GIVEN_STATES, BundleState.REJECTED)


def step(state: str, act: BundleAct) -> BundleState | None:
    """Return the state that an act leads to, None where it has no place."""
    return _STEPS.get((BundleState(state), act))


def refusal_of(
    state: str,
    act: BundleAct,
    *,
    n_refused: int = 0,
    n_unexplained: int = 0,
    is_replaced: bool = False,
    is_imported: bool = False,
    is_right_person: bool = True,
) -> str:
    """Return the code of what stands against an act, "" if nothing does."""
    if is_imported:
        return "bundle_imported"
    if step(state, act) is None:
        return "bundle_not_in_state"
    if is_replaced and (state in OPEN_STATES or act is BundleAct.CORRECT):
        return "bundle_replaced"
    if act is BundleAct.SIGN and n_refused:
        return "bundle_has_errors"
    if act is BundleAct.SIGN and n_unexplained:
        return "bundle_unexplained"
    if not is_right_person:
        return "bundle_not_builder" if act is BundleAct.SIGN else "bundle_own_signature"
    return ""


def is_jump(before: Decimal | None, now: Decimal | None, *, share: Decimal) -> bool:
    """Tell whether a number changed by more than a share of what it was; None was missing."""
    if before is None or now is None:
        return before is not now
    if not before:
        return bool(now)
    return abs(now - before) > share * abs(before)

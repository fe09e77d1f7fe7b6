import pytest

from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.models import AuditEntry
from luoxuan.data.models import Check
from luoxuan.data.quality.rules import CheckKind, Measured, QualityDimension, Severity
from luoxuan.data.sources.actions import PullNeedsReason, PullNotHeld, decline_pull
from luoxuan.data.sources.pulls import accept_pull
from luoxuan.data.sources.queries import troubles
from luoxuan.data.sources.rules import PullOutcome
from luoxuan.testing.college import NOW, open_user

from .registrar import connect, pull


def held_pull(score, registrar):
    """Return a pull whose mean has drifted and that waits for a decision."""
    registrar.add(1001, 1010)
    source = connect(score)
    assert pull(source).outcome == PullOutcome.DONE
    Check.objects.create(
        code="mean", dataset=score, kind=CheckKind.DRIFT, dimension=QualityDimension.VALIDITY,
        severity=Severity.WARNING, title="均分", fields=["score"], measured=Measured.MEAN,
        most_change=20,
    )  # fmt: skip
    registrar.run("UPDATE scores SET score = 30")
    return pull(source)


def test_a_held_pull_is_left_out_for_a_reason_and_troubles_nobody_any_more(score, registrar):
    held = held_pull(score, registrar)
    with pytest.raises(PullNeedsReason):
        decline_pull(pull=held, reason=" ", by=None, at=NOW)
    assert [row.pk for row in troubles(EVERYTHING, at=NOW)] == [held.pk]
    decline_pull(pull=held, reason="教务系统正在改分", by=None, at=NOW)
    assert (held.outcome, held.facts["reason"]) == (PullOutcome.DECLINED, "教务系统正在改分")
    assert troubles(EVERYTHING, at=NOW) == []
    assert AuditEntry.objects.get(action="decline_pull").facts["reason"] == "教务系统正在改分"
    with pytest.raises(PullNotHeld):
        decline_pull(pull=held, reason="再来", by=None, at=NOW)
    score.refresh_from_db()
    assert score.current_number == 1


def test_the_page_of_a_held_pull_offers_both_decisions(score, registrar, client):
    held = held_pull(score, registrar)
    client.force_login(open_user("centre", "information_centre", "*"))
    page = client.get(f"/data/sources/{held.source_id}/").content.decode()
    assert "仍然采用" in page
    address = f"/data/sources/{held.source_id}/pulls/{held.pk}/decline/"
    assert address in page
    client.post(address, {"reason": "对方补数"})
    page = client.get(f"/data/sources/{held.source_id}/").content.decode()
    assert "对方补数" in page
    assert address not in page


def test_a_pull_whose_mean_drifts_is_held_with_before_and_after_until_somebody_adopts_it(
    score, registrar
):
    held = held_pull(score, registrar)
    assert (held.outcome, held.code) == (PullOutcome.HELD, "pull_drifted")
    assert (held.facts["before"], held.facts["after"]) == ("66.5", "30")
    score.refresh_from_db()
    assert score.current_number == 1
    assert accept_pull(pull=held, by=None, at=NOW).outcome == PullOutcome.DONE
    score.refresh_from_db()
    assert score.current_number == 2

from luoxuan.data.models import Check
from luoxuan.data.quality.rules import CheckKind, Measured, QualityDimension, Severity
from luoxuan.data.sources.pulls import accept_pull
from luoxuan.data.sources.rules import PullOutcome
from luoxuan.testing.college import NOW

from .registrar import connect, pull


def test_a_pull_whose_mean_drifts_is_held_with_before_and_after_until_somebody_adopts_it(
    score, registrar
):
    registrar.add(1001, 1010)
    source = connect(score)
    assert pull(source).outcome == PullOutcome.DONE
    Check.objects.create(
        code="mean", dataset=score, kind=CheckKind.DRIFT, dimension=QualityDimension.VALIDITY,
        severity=Severity.WARNING, title="均分", fields=["score"], measured=Measured.MEAN,
        most_change=20,
    )  # fmt: skip
    registrar.run("UPDATE scores SET score = 30")
    held = pull(source)
    assert (held.outcome, held.code) == (PullOutcome.HELD, "pull_drifted")
    assert (held.facts["before"], held.facts["after"]) == ("66.5", "30")
    score.refresh_from_db()
    assert score.current_number == 1
    assert accept_pull(pull=held, by=None, at=NOW).outcome == PullOutcome.DONE
    score.refresh_from_db()
    assert score.current_number == 2

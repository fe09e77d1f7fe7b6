"""What a diagnosis says of each point."""

from django.db import models

from luoxuan.diagnosis.rules import PointVerdict


class Judgement(models.Model):
    """What a person judged of one point「诊断结论」, beside what the numbers proposed."""

    diagnosis = models.ForeignKey(
        "diagnosis.Diagnosis", on_delete=models.PROTECT, related_name="judgements"
    )
    node = models.ForeignKey(
        "diagnosis.SchemeNode", on_delete=models.PROTECT, related_name="judgements"
    )
    verdict = models.CharField(
        max_length=10, blank=True, choices=[(verdict, verdict) for verdict in PointVerdict]
    )
    text = models.TextField(blank=True)
    # The proposal as it stood at the freeze.
    proposed = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ("diagnosis_id", "node__position")
        constraints = (
            models.UniqueConstraint(fields=["diagnosis", "node"], name="judgement_once"),
        )

    def __str__(self) -> str:
        return f"{self.diagnosis} · {self.node.code}: {self.verdict}"

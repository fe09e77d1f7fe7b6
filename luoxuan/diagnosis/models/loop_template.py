"""The loops that a college runs."""

from django.db import models

from luoxuan.core.models import VersionedDefinition
from luoxuan.diagnosis.rules import Track


class LoopTemplate(VersionedDefinition):
    """A figure 8「8字形质量改进螺旋」 in one version: the steps a cycle takes; a row never changes.

    ``roles`` names, by kind of subject, the role that runs the cycle; ``joins_at`` is the step
    where the small loop leaves the big one and comes back. ``scheme`` is what the diagnosis judges
    by, empty for none; ``is_checked`` whether another person signs it.
    """

    code = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    track = models.CharField(max_length=20, choices=[(track, track) for track in Track])
    period_kind = models.CharField(max_length=20)
    roles = models.JSONField()
    joins_at = models.CharField(max_length=50)
    scheme = models.CharField(max_length=100, blank=True)
    is_checked = models.BooleanField(default=True)
    steps = models.JSONField()
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("code", "-number")
        constraints = (
            models.UniqueConstraint(fields=["code", "number"], name="loop_template_number_once"),
            models.CheckConstraint(
                condition=models.Q(track__in=list(Track)), name="loop_template_track_known"
            ),
        )

    def __str__(self) -> str:
        return f"{self.code}@{self.number}"

    @property
    def kinds(self) -> list[str]:
        """Return the kinds of subject that may run this loop."""
        return list(self.roles)

"""Who may act where."""

from django.conf import settings
from django.db import models

from luoxuan.campus.rules import Level


class Grant(models.Model):
    """A role of a user at one place「授权」: unit, subject, level or the whole institution.

    ``function`` narrows nothing; it names the field of a level steward (goals, internal control).
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    role = models.CharField(max_length=50)
    subject = models.ForeignKey(
        "campus.Subject", null=True, on_delete=models.PROTECT, related_name="grants"
    )
    unit = models.ForeignKey(
        "campus.Unit", null=True, on_delete=models.PROTECT, related_name="grants"
    )
    level = models.CharField(max_length=20, blank=True, choices=[(level, level) for level in Level])
    is_whole_institution = models.BooleanField(default=False)
    function = models.CharField(max_length=50, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("user_id", "role", "id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    subject__isnull=False, unit=None, level="", is_whole_institution=False
                )
                | models.Q(subject=None, unit__isnull=False, level="", is_whole_institution=False)
                | (
                    models.Q(subject=None, unit=None, is_whole_institution=False)
                    & ~models.Q(level="")
                )
                | models.Q(subject=None, unit=None, level="", is_whole_institution=True),
                name="grant_has_exactly_one_place",
            ),
        )

    def __str__(self) -> str:
        place = self.subject or self.unit or self.level or "*"
        return f"{self.user} {self.role} @ {place}"

"""Who belongs to what, and since when."""

from django.db import models


class Membership(models.Model):
    """That one subject belongs to another「成员关系」 for a time: a student to a teaching class.

    Rows are ended, never deleted, so that history keeps its names.
    """

    member = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="memberships"
    )
    group = models.ForeignKey("campus.Subject", on_delete=models.PROTECT, related_name="members")
    role = models.CharField(max_length=50)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("group_id", "member_id")
        constraints = (
            models.UniqueConstraint(
                fields=["member", "group", "role"],
                condition=models.Q(valid_to=None),
                name="membership_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__gt=models.F("valid_from"))
                | models.Q(valid_from=None)
                | models.Q(valid_to=None),
                name="membership_validity_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.member} in {self.group} as {self.role}"

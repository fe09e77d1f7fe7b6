"""People of the college."""

from django.conf import settings
from django.db import models


class Person(models.Model):
    """A teacher, member of staff or student「人员」, with the login identity if there is one.

    Name and number are those of the subject of kind TEACHER or STUDENT.
    """

    subject = models.OneToOneField(
        "campus.Subject", on_delete=models.PROTECT, related_name="person"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="person"
    )

    class Meta:
        ordering = ("subject_id",)

    def __str__(self) -> str:
        return str(self.subject)

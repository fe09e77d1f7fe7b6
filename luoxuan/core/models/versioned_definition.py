"""What every definition that may change has in common."""

from django.db import models


class VersionedDefinition(models.Model):
    """An immutable row of a definition「定义版本」; a change is a further row with the next number.

    ``valid_from`` and ``valid_to`` say when it is in force (half-open, None without end),
    ``created_at`` when it became known.
    """

    number = models.IntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        abstract = True

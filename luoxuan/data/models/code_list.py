"""Agreed values."""

from datetime import date

from django.db import models


class CodeList(models.Model):
    """A list of agreed values「编码表」 that a field may hold."""

    name = models.CharField(max_length=100, unique=True)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


# The file is called after the list; a code lives and dies with it.
class Code(models.Model):
    """One agreed value「编码」 with its titles, and the days between which it may be newly used.

    Both ends may be open; from ``valid_to`` on it is retired. Rows that hold it keep it.
    """

    code_list = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    value = models.CharField(max_length=200)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    position = models.IntegerField()
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        ordering = ("code_list_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["code_list", "value"], name="code_once_in_list"),
            models.CheckConstraint(
                condition=models.Q(valid_from=None)
                | models.Q(valid_to=None)
                | models.Q(valid_to__gt=models.F("valid_from")),
                name="code_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.value

    def is_in_force(self, on: date) -> bool:
        """Tell whether it may be newly used on a day."""
        has_begun = self.valid_from is None or self.valid_from <= on
        return has_begun and (self.valid_to is None or on < self.valid_to)

    def told(self) -> list[str]:
        """Return it as files and pages say it: value, titles, first day, day of its end."""
        days = (self.valid_from, self.valid_to)
        return [
            self.value, self.title, self.title_en, *(day.isoformat() if day else "" for day in days)
        ]  # fmt: skip

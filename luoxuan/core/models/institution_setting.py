"""What the institution decides for the whole installation."""

from django.db import models


class InstitutionSetting(models.Model):
    """A named value「院校设置」, such as the notice that labels generated data on each page."""

    name = models.CharField(max_length=100, unique=True)
    value = models.TextField(blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"

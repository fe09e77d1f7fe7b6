"""Datasets seen by what they are about."""

from django.db import models


class Theme(models.Model):
    """A library of declared views「主题库」: students, teachers, teaching, research, overall.

    ``views`` is a list of {code, title, title_en, dataset, fields, condition}: fields of a dataset
    (looked-up ones too) and a row condition in the formula language, empty for all rows.
    """

    code = models.CharField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    views = models.JSONField(default=list)
    position = models.IntegerField(default=0)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("position", "code")

    def __str__(self) -> str:
        return self.title

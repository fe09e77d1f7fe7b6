"""Subjects that stand in a dataset."""

from django.db import models


class SubjectSource(models.Model):
    """A dataset whose rows name subjects「对象来源」: teaching classes, students.

    ``code_field`` holds the code; names and parent are patterns such as ``学号 {student_id}``;
    ``unit`` is a field with a unit's code, or a unit's code itself. ``member_of`` is the field with
    the code of the group of kind ``member_of_kind`` that the subject belongs to.

    ``is_roster`` says that the dataset is complete: who no longer stands in it has left, and so
    has a member who stands with another group.
    """

    dataset = models.ForeignKey(
        "data.Dataset", on_delete=models.CASCADE, related_name="subject_sources"
    )
    kind = models.CharField(max_length=20)
    code_field = models.CharField(max_length=63)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=100, blank=True)
    parent = models.CharField(max_length=200, blank=True)
    member_of = models.CharField(max_length=63, blank=True)
    member_of_kind = models.CharField(max_length=20, blank=True)
    is_roster = models.BooleanField(default=False)
    # The version of the dataset that names so few that somebody must confirm who has left; 0: none.
    held_number = models.IntegerField(default=0)
    # The version of the dataset whose subjects have been recorded; a higher one lags.
    recorded_number = models.IntegerField(default=0)
    origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("dataset_id", "kind")
        constraints = (
            models.UniqueConstraint(fields=["dataset", "kind"], name="subject_source_once"),
        )

    def __str__(self) -> str:
        return f"{self.dataset} -> {self.kind}"

"""What is collected once and used everywhere."""

from django.db import models


class Dataset(models.Model):
    """A table of the data centre「数据集」: what its rows are about, and where they belong.

    ``current_number`` is the number of the version in force and the only commit point: 0 means
    that nothing has been imported. ``grains`` maps kinds of subject to the field with their code.
    Periods come from a field with the code (``period_kind``, ``period_field``), from the days
    since an offering began (``day_field``), or from a date (``date_field``, ``date_kinds``).

    The data standard says about it: ``time_basis``, ``sensitivity_level`` 1-4, ``retention_years``,
    ``theme``, which of the five ``system``s it serves and the public standard it ``follows``; a
    college says who is responsible (``owner_unit``, ``collector``, ``auditor``, ``recipients``:
    codes of units, posts or roles) and by when (``due_day``: days after the end of the period).
    ``definition_number`` is the number of the definition in force, 0 before the first.
    """

    name = models.CharField(max_length=63, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    file = models.CharField(max_length=200, blank=True)
    key = models.JSONField(default=list)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_field = models.CharField(max_length=63, blank=True)
    unit_field = models.CharField(max_length=63, blank=True)
    grains = models.JSONField(default=dict)
    period_kind = models.CharField(max_length=20, blank=True)
    period_field = models.CharField(max_length=63, blank=True)
    day_field = models.CharField(max_length=63, blank=True)
    date_field = models.CharField(max_length=63, blank=True)
    date_kinds = models.JSONField(default=list)
    # The system writes these itself; nobody imports into them.
    is_system = models.BooleanField(default=False)
    current_number = models.IntegerField(default=0)
    # The version whose values were last compared with the usual ones.
    outliers_number = models.IntegerField(default=0)
    time_basis = models.CharField(max_length=20, blank=True)
    sensitivity_level = models.IntegerField(null=True)
    retention_years = models.IntegerField(null=True)
    theme = models.CharField(max_length=63, blank=True)
    system = models.CharField(max_length=20, blank=True)
    follows = models.CharField(max_length=200, blank=True)
    owner_unit = models.CharField(max_length=100, blank=True)
    collector = models.CharField(max_length=100, blank=True)
    auditor = models.CharField(max_length=100, blank=True)
    recipients = models.JSONField(default=list)
    due_day = models.IntegerField(null=True)
    definition_number = models.IntegerField(default=0)
    origin = models.CharField(max_length=100, blank=True)
    # Who is responsible is decided by a college, apart from what the columns mean.
    duties_origin = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(current_number__gte=0), name="dataset_number_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(definition_number__gte=0), name="dataset_definition_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(sensitivity_level=None)
                | models.Q(sensitivity_level__gte=1, sensitivity_level__lte=4),
                name="dataset_sensitivity_one_to_four",
            ),
        )

    def __str__(self) -> str:
        return self.title

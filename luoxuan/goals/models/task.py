"""What a unit has to do in a year."""

from django.db import models

from luoxuan.goals.rules import TaskAttribute, TaskKind, TaskSource


class Task(models.Model):
    """A task「任务」 of one unit in one natural year; class, source and attribute are three fields.

    ``basis`` names the plan goal, work point or duty below it; ``source_text`` is the source as the
    form has it. ``person`` is the responsible person where the campus knows him, ``person_name``
    the name as written. ``deadline_on`` moves by an approved change only; a missing one is never
    overdue. A row that a newer file no longer has is marked by ``vanished_at``, never deleted.
    """

    year = models.ForeignKey("campus.Period", on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=1, choices=[(kind, kind) for kind in TaskKind])
    source = models.CharField(max_length=20, choices=[(one, one) for one in TaskSource])
    source_text = models.CharField(max_length=200, blank=True)
    attribute = models.CharField(max_length=10, choices=[(one, one) for one in TaskAttribute])
    basis = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300)
    lead_unit = models.ForeignKey(
        "campus.Subject", null=True, on_delete=models.PROTECT, related_name="led_tasks"
    )
    responsible_unit = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="tasks"
    )
    partner_units = models.ManyToManyField("campus.Subject", related_name="partner_tasks")
    responsible_leader = models.CharField(max_length=100, blank=True)
    person = models.ForeignKey(
        "campus.Subject", null=True, on_delete=models.PROTECT, related_name="personal_tasks"
    )
    person_name = models.CharField(max_length=100, blank=True)
    deadline_on = models.DateField(null=True)
    deadline_text = models.CharField(max_length=100, blank=True)
    work_cycle = models.CharField(max_length=100, blank=True)
    # In months: 1 reports each month, 2 every second one.
    reports_every = models.IntegerField(default=1)
    measure_and_goal = models.TextField(blank=True)
    expected_result = models.TextField(blank=True)
    standard_time = models.TextField(blank=True)
    standard_quality = models.TextField(blank=True)
    standard_benefit = models.TextField(blank=True)
    position = models.IntegerField(default=0)
    origin = models.CharField(max_length=100, blank=True)
    vanished_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("year_id", "responsible_unit_id", "position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["year", "responsible_unit", "source_text", "title"], name="task_once"
            ),
            models.CheckConstraint(
                condition=models.Q(reports_every__gte=1, reports_every__lte=12),
                name="task_reports_every_month_to_year",
            ),
        )
        indexes = (models.Index(fields=["year", "responsible_unit"], name="task_year_unit"),)

    def __str__(self) -> str:
        return self.title

    @property
    def is_person_unknown(self) -> bool:
        """Return whether a name is written that the campus does not know."""
        return bool(self.person_name) and self.person_id is None

    @property
    def has_standard(self) -> bool:
        """Return whether an appraisal standard is written."""
        return bool(self.standard_time or self.standard_quality or self.standard_benefit)

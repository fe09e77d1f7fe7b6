"""What a unit asks the data centre for."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from luoxuan.data.directory.rules import RequestState


class DataRequest(models.Model):
    """A request of a unit for data that it does not have「数据需求」, and the answer of another.

    ``subject`` is the unit that asks. A given one names the dataset or says where the data are, a
    planned one its day, a refused one the reason.
    """

    subject = models.ForeignKey(
        "campus.Subject", on_delete=models.PROTECT, related_name="data_requests"
    )
    title = models.CharField(max_length=200)
    purpose = models.TextField()
    wanted = models.TextField(blank=True)
    needed_by = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=[(state, state) for state in RequestState], default=RequestState.OPEN
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="data_requests"
    )
    asked_at = models.DateTimeField()
    dataset = models.ForeignKey(
        "data.Dataset", null=True, on_delete=models.PROTECT, related_name="requests"
    )
    planned_on = models.DateField(null=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["asked_by", "title"],
                condition=Q(state=RequestState.OPEN),
                name="data_request_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.PLANNED) | Q(planned_on__isnull=False),
                name="data_request_planned_day",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | ~Q(answer=""),
                name="data_request_refused_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=RequestState.GIVEN) | Q(dataset__isnull=False) | ~Q(answer=""),
                name="data_request_given_what",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RequestState.OPEN, RequestState.WITHDRAWN])
                | Q(answered_by__isnull=False) & ~Q(answered_by=F("asked_by")),
                name="data_request_other_answers",
            ),
        )

    def __str__(self) -> str:
        return self.title

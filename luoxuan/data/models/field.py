"""The columns of a dataset."""

from django.db import models

from luoxuan.data.formula.types import FieldType


class Field(models.Model):
    """One column of a dataset「字段」: its type, its limits and how files call it.

    ``formula`` computes the field from its row at import. ``missing`` are texts that mean "not
    reported". ``sensitivity`` names the class of personal data, empty for none. ``asks`` are codes
    of problems that become questions; ``reference`` is "person", "unit" or a kind of subject whose
    names and codes the field may hold; ``checksum`` "id_number" demands a citizen identity number
    and ``stated_by_id`` says what of it the field must agree with: "gender" or "birth_date".
    ``withdrawn`` names a kind of subject whose codes are refused once they are out of force.
    ``about`` says what a value means, ``measured_in`` in which unit, ``source_standard`` and
    ``source_code`` where a public standard defines it; ``owned_by`` ("dataset.field") names the
    field that this one only repeats.
    """

    dataset = models.ForeignKey("data.Dataset", on_delete=models.CASCADE, related_name="fields")
    position = models.IntegerField()
    name = models.CharField(max_length=63)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    type = models.CharField(max_length=10, choices=[(kind, kind) for kind in FieldType])
    decimals = models.IntegerField(default=0)
    is_required = models.BooleanField(default=False)
    minimum = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    maximum = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    pattern = models.CharField(max_length=200, blank=True)
    missing = models.JSONField(default=list)
    headers = models.JSONField(default=list)
    code_list = models.ForeignKey("data.CodeList", null=True, on_delete=models.PROTECT)
    sensitivity = models.CharField(max_length=30, blank=True)
    formula = models.TextField(blank=True)
    asks = models.JSONField(default=list)
    reference = models.CharField(max_length=20, blank=True)
    checksum = models.CharField(max_length=20, blank=True)
    stated_by_id = models.CharField(max_length=20, blank=True)
    withdrawn = models.CharField(max_length=20, blank=True)
    about = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    measured_in = models.CharField(max_length=30, blank=True)
    source_standard = models.CharField(max_length=100, blank=True)
    source_code = models.CharField(max_length=50, blank=True)
    owned_by = models.CharField(max_length=130, blank=True)

    class Meta:
        ordering = ("dataset_id", "position")
        constraints = (models.UniqueConstraint(fields=["dataset", "name"], name="field_name_once"),)

    def __str__(self) -> str:
        return self.title

"""The students as a specification, for tests that need no database."""

from luoxuan.data.formula.types import FieldType
from luoxuan.data.warehouse.intake import FieldSpec, TableSpec
from tests.corpus.samples import HEADERS, NAMES

_TYPES = {"enrolled_on": FieldType.DATE, "overall_score": FieldType.DECIMAL}
STUDENTS = TableSpec(
    "student",
    tuple(
        FieldSpec(
            name,
            (header,),
            _TYPES.get(name, FieldType.TEXT),
            decimals=2,
            required=name == "student_id",
        )
        for name, header in zip(NAMES, HEADERS, strict=True)
    ),
    ("student_id",),
)

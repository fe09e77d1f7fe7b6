"""Reading user files「读取上传文件」: bytes in, typed rows and problems out; see README.md."""

from luoxuan.data.warehouse.intake.findings import (
    Choice,
    FileRefused,
    Note,
    Problem,
    Question,
    Staged,
)
from luoxuan.data.warehouse.intake.messages import message
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits, TableSpec
from luoxuan.data.warehouse.intake.stage import stage

__all__ = [
    "Choice",
    "FieldSpec",
    "FileRefused",
    "Limits",
    "Note",
    "Problem",
    "Question",
    "Staged",
    "TableSpec",
    "message",
    "stage",
]

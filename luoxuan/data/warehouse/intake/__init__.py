"""Reading user files「读取上传文件」: bytes in, typed rows and problems out; see README.md."""

from luoxuan.data.warehouse.intake.findings import FileRefused, Note, Problem
from luoxuan.data.warehouse.intake.messages import message
from luoxuan.data.warehouse.intake.spec import FieldSpec, Limits, TableSpec
from luoxuan.data.warehouse.intake.stage import Staged, stage

__all__ = [
    "FieldSpec",
    "FileRefused",
    "Limits",
    "Note",
    "Problem",
    "Staged",
    "TableSpec",
    "message",
    "stage",
]

"""Writes of the data centre: importing files, committing versions, recording subjects."""

from luoxuan.data.actions.deliveries import DatasetIsSystem, MergeNeedsKey, PeriodUnknown
from luoxuan.data.actions.evidence import file_evidence
from luoxuan.data.actions.imports import import_file
from luoxuan.data.actions.pins import pin_versions, release_pins
from luoxuan.data.actions.records import publish_records
from luoxuan.data.actions.reports import ImportReport, report_of_batch
from luoxuan.data.actions.specs import table_spec
from luoxuan.data.actions.subjects import record_lagging_subjects
from luoxuan.data.actions.undo import ImportNotUndoable, UndoNeedsReason, undo_import
from luoxuan.data.actions.versions import VersionMoved, commit_version

__all__ = [
    "DatasetIsSystem",
    "ImportNotUndoable",
    "ImportReport",
    "MergeNeedsKey",
    "PeriodUnknown",
    "UndoNeedsReason",
    "VersionMoved",
    "commit_version",
    "file_evidence",
    "import_file",
    "pin_versions",
    "publish_records",
    "record_lagging_subjects",
    "release_pins",
    "report_of_batch",
    "table_spec",
    "undo_import",
]

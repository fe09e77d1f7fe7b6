"""Writes of the data centre: importing files, committing versions, recording subjects."""

from luoxuan.data.actions.imports import (
    DatasetIsSystem,
    ImportReport,
    MergeNeedsKey,
    PeriodUnknown,
    VersionMoved,
    commit_version,
    import_file,
    record_lagging_subjects,
    table_spec,
)

__all__ = [
    "DatasetIsSystem",
    "ImportReport",
    "MergeNeedsKey",
    "PeriodUnknown",
    "VersionMoved",
    "commit_version",
    "import_file",
    "record_lagging_subjects",
    "table_spec",
]

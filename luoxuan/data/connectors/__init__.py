"""Connectors「连接器」: rows of other systems, read within bounds, as text like that of a file."""

from luoxuan.data.connectors.contract import Bounds, ConnectorRefused, Marked, Wanted
from luoxuan.data.connectors.http_json import open_http
from luoxuan.data.connectors.sql_database import open_sql
from luoxuan.data.connectors.texts import Sample, Written, sample, write_rows
from luoxuan.data.connectors.watched_folder import complete_files

__all__ = [
    "Bounds",
    "ConnectorRefused",
    "Marked",
    "Sample",
    "Wanted",
    "Written",
    "complete_files",
    "open_http",
    "open_sql",
    "sample",
    "write_rows",
]

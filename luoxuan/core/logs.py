"""Structured logs: one JSON object a line, each with the id of the request that caused it."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

# Empty outside a request; the middleware sets it, log lines and audit entries read it.
request_id: ContextVar[str] = ContextVar("request_id", default="")

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Log lines as JSON; facts given as ``extra=`` become members of the object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line of JSON without line breaks."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if identifier := request_id.get():
            line["request_id"] = identifier
        facts = {key: value for key, value in vars(record).items() if key not in _STANDARD}
        line |= {key: value for key, value in facts.items() if key != "request"}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)

"""Writes of online filling: collections, submissions, single rows."""

from luoxuan.core.messages import register_texts
from luoxuan.data.collecting.actions.collections import (
    CollectionRefused,
    CollectionValues,
    close_collection,
    open_collection,
    remind,
    withdraw_collection,
)
from luoxuan.data.collecting.actions.rows import RowRefused, RowValues, record_row
from luoxuan.data.collecting.actions.submissions import (
    SubmissionMoved,
    SubmissionRefused,
    SubmissionUnsound,
    accept_submission,
    return_submission,
    save_submission,
    submit_submission,
    unlock_submission,
)
from luoxuan.data.collecting.messages import TEXTS

register_texts(TEXTS)

__all__ = [
    "CollectionRefused",
    "CollectionValues",
    "RowRefused",
    "RowValues",
    "SubmissionMoved",
    "SubmissionRefused",
    "SubmissionUnsound",
    "accept_submission",
    "close_collection",
    "open_collection",
    "record_row",
    "remind",
    "return_submission",
    "save_submission",
    "submit_submission",
    "unlock_submission",
    "withdraw_collection",
]

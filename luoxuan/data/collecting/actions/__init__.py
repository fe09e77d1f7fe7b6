"""Writes of online filling: collections, submissions, single rows."""

from luoxuan.core.messages import register_texts
from luoxuan.data.collecting.actions.collections import (
    CollectionRefused,
    CollectionValues,
    close_collection,
    open_collection,
    withdraw_collection,
)
from luoxuan.data.collecting.actions.expiry import ask_for_expiry, expire_drafts
from luoxuan.data.collecting.actions.reminders import remind, remind_of_collections
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
    "ask_for_expiry",
    "close_collection",
    "expire_drafts",
    "open_collection",
    "record_row",
    "remind",
    "remind_of_collections",
    "return_submission",
    "save_submission",
    "submit_submission",
    "unlock_submission",
    "withdraw_collection",
]

"""Writes of the core: audit entries, users, settings of the institution, jobs, notices."""

from luoxuan.core.actions.audit import record_audit
from luoxuan.core.actions.jobs import cancel_job, enqueue
from luoxuan.core.actions.notices import notify, read_notices
from luoxuan.core.actions.users import (
    PasswordTooWeak,
    UsernameTaken,
    create_user,
    deactivate_user,
    set_institution,
)

__all__ = [
    "PasswordTooWeak",
    "UsernameTaken",
    "cancel_job",
    "create_user",
    "deactivate_user",
    "enqueue",
    "notify",
    "read_notices",
    "record_audit",
    "set_institution",
]

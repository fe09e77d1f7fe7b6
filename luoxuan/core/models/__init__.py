"""Tables of the core."""

from luoxuan.core.models.audit_entry import AuditEntry
from luoxuan.core.models.audit_head import AuditHead
from luoxuan.core.models.institution_setting import InstitutionSetting
from luoxuan.core.models.job import Job
from luoxuan.core.models.notice import Notice
from luoxuan.core.models.user import User
from luoxuan.core.models.versioned_definition import VersionedDefinition

__all__ = [
    "AuditEntry",
    "AuditHead",
    "InstitutionSetting",
    "Job",
    "Notice",
    "User",
    "VersionedDefinition",
]

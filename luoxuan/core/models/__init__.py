"""Tables of the core."""

from luoxuan.core.models.audit_entry import AuditEntry
from luoxuan.core.models.institution_setting import InstitutionSetting
from luoxuan.core.models.user import User
from luoxuan.core.models.versioned_definition import VersionedDefinition

__all__ = ["AuditEntry", "InstitutionSetting", "User", "VersionedDefinition"]

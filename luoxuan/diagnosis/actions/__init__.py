"""Writes of diagnosis: opening cycles, writing stages, freezing, checking, the next cycle."""

from luoxuan.diagnosis.actions.cycles import (
    OpenedTerm,
    open_cycle,
    open_next_cycle,
    open_term,
)
from luoxuan.diagnosis.actions.definitions import add_scheme_version, add_template_version
from luoxuan.diagnosis.actions.diagnoses import (
    DiagnosisIncomplete,
    freeze_diagnosis,
    open_point_improvement,
    return_diagnosis,
    sign_diagnosis,
)
from luoxuan.diagnosis.actions.stages import (
    StageIncomplete,
    StageMoved,
    complete_stage,
    confirm_stage,
    write_stage,
)

__all__ = [
    "DiagnosisIncomplete",
    "OpenedTerm",
    "StageIncomplete",
    "StageMoved",
    "add_scheme_version",
    "add_template_version",
    "complete_stage",
    "confirm_stage",
    "freeze_diagnosis",
    "open_cycle",
    "open_next_cycle",
    "open_point_improvement",
    "open_term",
    "return_diagnosis",
    "sign_diagnosis",
    "write_stage",
]

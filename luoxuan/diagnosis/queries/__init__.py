"""Loops, cycles and what they were judged on. The only door to them."""

from luoxuan.diagnosis.queries.cycles import (
    CycleCounts,
    Standing,
    cycle_at,
    cycle_counts,
    cycles,
    diagnosis_of,
    diagnosis_stage,
    effective_diagnoses,
    next_of,
    next_period,
    standing,
    todos,
    waiting_diagnoses,
)
from luoxuan.diagnosis.queries.definitions import (
    points_of,
    scheme_coded,
    schemes,
    steps_of,
    template_coded,
    templates,
)
from luoxuan.diagnosis.queries.material import (
    Material,
    covered_periods,
    diagnosis_content,
    material_of,
    proposals,
)
from luoxuan.diagnosis.queries.opening import (
    opening_periods,
    opening_subjects,
    proposed_subjects,
)

__all__ = [
    "CycleCounts",
    "Material",
    "Standing",
    "covered_periods",
    "cycle_at",
    "cycle_counts",
    "cycles",
    "diagnosis_content",
    "diagnosis_of",
    "diagnosis_stage",
    "effective_diagnoses",
    "material_of",
    "next_of",
    "next_period",
    "opening_periods",
    "opening_subjects",
    "points_of",
    "proposals",
    "proposed_subjects",
    "scheme_coded",
    "schemes",
    "standing",
    "steps_of",
    "template_coded",
    "templates",
    "todos",
    "waiting_diagnoses",
]

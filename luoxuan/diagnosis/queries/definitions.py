"""Loop templates and schemes in their versions."""

from django.db.models import Exists, OuterRef, QuerySet

from luoxuan.diagnosis.models import LoopTemplate, Scheme, SchemeNode
from luoxuan.diagnosis.rules import NodeKind, Step, parse_steps


def templates() -> QuerySet[LoopTemplate]:
    """Return the newest version of every loop template, by code."""
    newer = LoopTemplate.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return LoopTemplate.objects.filter(~Exists(newer)).order_by("code")


def template_coded(code: str) -> LoopTemplate:
    """Return the newest version of one template; raises LoopTemplate.DoesNotExist."""
    return templates().get(code=code)


def steps_of(template: LoopTemplate) -> tuple[Step, ...]:
    """Return the steps of a template in their order."""
    return parse_steps(template.steps)


def schemes() -> QuerySet[Scheme]:
    """Return the newest version of every scheme「诊断方案」, by code."""
    newer = Scheme.objects.filter(code=OuterRef("code"), number__gt=OuterRef("number"))
    return Scheme.objects.filter(~Exists(newer)).prefetch_related("nodes").order_by("code")


def scheme_coded(code: str) -> Scheme:
    """Return the newest version of one scheme; raises Scheme.DoesNotExist."""
    return schemes().get(code=code)


def points_of(scheme: Scheme) -> QuerySet[SchemeNode]:
    """Return the points「诊断点」 of a scheme in their order."""
    return scheme.nodes.filter(kind=NodeKind.POINT).select_related("parent")

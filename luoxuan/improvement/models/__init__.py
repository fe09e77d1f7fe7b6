"""Tables of improvement."""

from luoxuan.improvement.models.improvement import Improvement, ImprovementEvent

__all__ = ["Improvement", "ImprovementEvent"]

"""Tables of the indicators."""

from luoxuan.indicators.models.indicator import Indicator, IndicatorVersion
from luoxuan.indicators.models.measure import Measure
from luoxuan.indicators.models.run import Run, RunIndicator, RunInput
from luoxuan.indicators.models.threshold import Threshold

__all__ = [
    "Indicator",
    "IndicatorVersion",
    "Measure",
    "Run",
    "RunIndicator",
    "RunInput",
    "Threshold",
]

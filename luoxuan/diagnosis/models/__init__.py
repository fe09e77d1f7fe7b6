"""Tables of diagnosis."""

from luoxuan.diagnosis.models.cycle import Cycle
from luoxuan.diagnosis.models.diagnosis import Diagnosis
from luoxuan.diagnosis.models.judgement import Judgement
from luoxuan.diagnosis.models.loop_template import LoopTemplate
from luoxuan.diagnosis.models.scheme import Scheme, SchemeNode
from luoxuan.diagnosis.models.stage import Stage

__all__ = ["Cycle", "Diagnosis", "Judgement", "LoopTemplate", "Scheme", "SchemeNode", "Stage"]

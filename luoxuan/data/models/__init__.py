"""Tables of the data centre."""

from luoxuan.data.models.check import Check, CheckResult
from luoxuan.data.models.code_list import Code, CodeList
from luoxuan.data.models.collection import Collection
from luoxuan.data.models.correction_request import CorrectionRequest
from luoxuan.data.models.data_file import DataFile
from luoxuan.data.models.data_request import DataRequest
from luoxuan.data.models.dataset import Dataset
from luoxuan.data.models.dataset_definition import DatasetDefinition
from luoxuan.data.models.dataset_use import DatasetUse
from luoxuan.data.models.dataset_version import DatasetVersion
from luoxuan.data.models.evidence import Evidence
from luoxuan.data.models.exchange import ExchangeBundle, ExchangeComparison, ExchangePackage
from luoxuan.data.models.field import Field
from luoxuan.data.models.form_definition import FormDefinition
from luoxuan.data.models.header_mapping import HeaderMapping
from luoxuan.data.models.held_row import HeldRow
from luoxuan.data.models.import_batch import ImportBatch
from luoxuan.data.models.import_draft import ImportDraft
from luoxuan.data.models.lookup import Lookup
from luoxuan.data.models.outlier import Outlier
from luoxuan.data.models.packed_file import PackedFile
from luoxuan.data.models.pin import Pin
from luoxuan.data.models.pull import Pull
from luoxuan.data.models.source import Source
from luoxuan.data.models.statistic import Statistic
from luoxuan.data.models.subject_source import SubjectSource
from luoxuan.data.models.submission import Submission
from luoxuan.data.models.theme import Theme
from luoxuan.data.models.upkeep_run import UpkeepRun

__all__ = [
    "Check",
    "CheckResult",
    "Code",
    "CodeList",
    "Collection",
    "CorrectionRequest",
    "DataFile",
    "DataRequest",
    "Dataset",
    "DatasetDefinition",
    "DatasetUse",
    "DatasetVersion",
    "Evidence",
    "ExchangeBundle",
    "ExchangeComparison",
    "ExchangePackage",
    "Field",
    "FormDefinition",
    "HeaderMapping",
    "HeldRow",
    "ImportBatch",
    "ImportDraft",
    "Lookup",
    "Outlier",
    "PackedFile",
    "Pin",
    "Pull",
    "Source",
    "Statistic",
    "SubjectSource",
    "Submission",
    "Theme",
    "UpkeepRun",
]

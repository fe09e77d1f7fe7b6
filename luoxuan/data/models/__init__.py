"""Tables of the data centre."""

from luoxuan.data.models.code_list import Code, CodeList
from luoxuan.data.models.data_file import DataFile
from luoxuan.data.models.dataset import Dataset
from luoxuan.data.models.dataset_version import DatasetVersion
from luoxuan.data.models.evidence import Evidence
from luoxuan.data.models.exchange import ExchangeBundle, ExchangeComparison, ExchangePackage
from luoxuan.data.models.field import Field
from luoxuan.data.models.form_definition import FormDefinition
from luoxuan.data.models.header_mapping import HeaderMapping
from luoxuan.data.models.import_batch import ImportBatch
from luoxuan.data.models.import_draft import ImportDraft
from luoxuan.data.models.lookup import Lookup
from luoxuan.data.models.source import Pull, Source
from luoxuan.data.models.subject_source import SubjectSource

__all__ = [
    "Code",
    "CodeList",
    "DataFile",
    "Dataset",
    "DatasetVersion",
    "Evidence",
    "ExchangeBundle",
    "ExchangeComparison",
    "ExchangePackage",
    "Field",
    "FormDefinition",
    "HeaderMapping",
    "ImportBatch",
    "ImportDraft",
    "Lookup",
    "Pull",
    "Source",
    "SubjectSource",
]

"""Pages of the data centre: datasets, imports and what became of them."""

from luoxuan.data.views.batches import (
    import_batch_detail,
    import_batch_errors,
    import_batch_undo,
)
from luoxuan.data.views.cells import import_batch_cells
from luoxuan.data.views.datasets import dataset_detail, dataset_list
from luoxuan.data.views.drafts import (
    draft_check,
    draft_columns,
    draft_commit,
    draft_detail,
    draft_discard,
    draft_errors,
    draft_preview,
)
from luoxuan.data.views.files import dataset_export, dataset_template
from luoxuan.data.views.receiving import dataset_import, draft_file
from luoxuan.data.views.rosters import roster_confirm

__all__ = [
    "dataset_detail",
    "dataset_export",
    "dataset_import",
    "dataset_list",
    "dataset_template",
    "draft_check",
    "draft_columns",
    "draft_commit",
    "draft_detail",
    "draft_discard",
    "draft_errors",
    "draft_file",
    "draft_preview",
    "import_batch_cells",
    "import_batch_detail",
    "import_batch_errors",
    "import_batch_undo",
    "roster_confirm",
]

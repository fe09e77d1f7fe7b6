"""Pages of the data standard."""

from luoxuan.data.standard.views.codes import (
    code_list_detail,
    code_list_edit,
    code_list_list,
    code_list_new,
)
from luoxuan.data.standard.views.fields import field_add, field_edit, field_withdraw
from luoxuan.data.standard.views.making import dataset_create, dataset_new
from luoxuan.data.standard.views.sheets import standard_detail, standard_edit, standard_list
from luoxuan.data.standard.views.themes import theme_list, theme_view
from luoxuan.data.standard.views.workbooks import standard_file, standard_load

__all__ = [
    "code_list_detail",
    "code_list_edit",
    "code_list_list",
    "code_list_new",
    "dataset_create",
    "dataset_new",
    "field_add",
    "field_edit",
    "field_withdraw",
    "standard_detail",
    "standard_edit",
    "standard_file",
    "standard_list",
    "standard_load",
    "theme_list",
    "theme_view",
]

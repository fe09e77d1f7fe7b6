"""Addresses of the data centre."""

from django.urls import include, path

from luoxuan.data import views

app_name = "data"
urlpatterns = [
    path("", views.dataset_list, name="dataset_list"),
    path("imports/<int:pk>/", views.import_batch_detail, name="import_batch_detail"),
    path("imports/<int:pk>/errors/", views.import_batch_errors, name="import_batch_errors"),
    path("imports/<int:pk>/cells/", views.import_batch_cells, name="import_batch_cells"),
    path("imports/<int:pk>/undo/", views.import_batch_undo, name="import_batch_undo"),
    path("imports/drafts/<int:pk>/", views.draft_detail, name="draft_detail"),
    path("imports/drafts/<int:pk>/columns/", views.draft_columns, name="draft_columns"),
    path("imports/drafts/<int:pk>/check/", views.draft_check, name="draft_check"),
    path("imports/drafts/<int:pk>/preview/", views.draft_preview, name="draft_preview"),
    path("imports/drafts/<int:pk>/commit/", views.draft_commit, name="draft_commit"),
    path("imports/drafts/<int:pk>/discard/", views.draft_discard, name="draft_discard"),
    path("imports/drafts/<int:pk>/file/", views.draft_file, name="draft_file"),
    path("imports/drafts/<int:pk>/errors/", views.draft_errors, name="draft_errors"),
    path("", include("luoxuan.data.quality.urls")),
    path("exchange/", include("luoxuan.data.exchange.urls")),
    path("sources/", include("luoxuan.data.sources.urls")),
    path("", include("luoxuan.data.collecting.urls")),
    path("", include("luoxuan.data.directory.urls")),
    path("upkeep/", include("luoxuan.data.upkeep.urls")),
    path("evidence/", include("luoxuan.data.evidence_urls")),
    path("", include("luoxuan.data.standard.urls")),
    path("<str:name>/", views.dataset_detail, name="dataset_detail"),
    path("<str:name>/leavers/", views.roster_confirm, name="roster_confirm"),
    path("<str:name>/import/", views.dataset_import, name="dataset_import"),
    path("<str:name>/template/", views.dataset_template, name="dataset_template"),
    path("<str:name>/export/", views.dataset_export, name="dataset_export"),
]

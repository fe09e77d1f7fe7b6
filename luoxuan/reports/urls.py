"""Addresses of the reports package."""

from django.urls import path

from luoxuan.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.document_list, name="document_list"),
    path("new/", views.document_create, name="document_create"),
    path("<int:pk>/", views.document_detail, name="document_detail"),
    path("<int:pk>/write/", views.document_write, name="document_write"),
    path("<int:pk>/submit/", views.document_submit, name="document_submit"),
    path("<int:pk>/decide/", views.document_decide, name="document_decide"),
    path("<int:pk>/withdraw/", views.document_withdraw, name="document_withdraw"),
    path("<int:pk>/files/", views.document_files, name="document_files"),
    path("<int:pk>/download/<str:file_format>/", views.document_download, name="document_download"),
]

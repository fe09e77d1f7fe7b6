"""Addresses of the data centre."""

from django.urls import path

from luoxuan.data import views

app_name = "data"
urlpatterns = [
    path("", views.dataset_list, name="dataset_list"),
    path("imports/<int:pk>/", views.import_batch_detail, name="import_batch_detail"),
    path("<str:name>/", views.dataset_detail, name="dataset_detail"),
    path("<str:name>/import/", views.dataset_import, name="dataset_import"),
]

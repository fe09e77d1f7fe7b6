"""Addresses of the data standard, below those of the data centre and before its datasets."""

from django.urls import path

from luoxuan.data.standard import views

urlpatterns = [
    path("standard/", views.standard_list, name="standard_list"),
    path("standard/file/", views.standard_file, name="standard_file"),
    path("standard/load/", views.standard_load, name="standard_load"),
    path("new/", views.dataset_new, name="dataset_new"),
    path("new/fields/", views.dataset_create, name="dataset_create"),
    path("codes/", views.code_list_list, name="code_list_list"),
    path("codes/new/", views.code_list_new, name="code_list_new"),
    path("codes/<str:name>/", views.code_list_detail, name="code_list_detail"),
    path("codes/<str:name>/edit/", views.code_list_edit, name="code_list_edit"),
    path("themes/", views.theme_list, name="theme_list"),
    path("themes/<str:code>/<str:view>/", views.theme_view, name="theme_view"),
    path("<str:name>/standard/", views.standard_detail, name="standard_detail"),
    path("<str:name>/standard/edit/", views.standard_edit, name="standard_edit"),
    path("<str:name>/standard/add/", views.field_add, name="field_add"),
    path("<str:name>/standard/fields/<str:field>/", views.field_edit, name="field_edit"),
    path("<str:name>/standard/fields/<str:field>/withdraw/", views.field_withdraw,
         name="field_withdraw"),
]  # fmt: skip

"""Addresses of online filling, below those of the data centre."""

from django.urls import path

from luoxuan.data.collecting import views

urlpatterns = [
    path("filling/", views.submission_list, name="submission_list"),
    path("filling/<int:pk>/", views.submission_detail, name="submission_detail"),
    path("filling/<int:pk>/check/", views.submission_check, name="submission_check"),
    path("filling/<int:pk>/unlock/", views.submission_unlock, name="submission_unlock"),
    path("collections/", views.collection_list, name="collection_list"),
    path("collections/new/", views.collection_new, name="collection_new"),
    path("collections/<int:pk>/", views.collection_detail, name="collection_detail"),
    path("collections/<int:pk>/remind/", views.collection_remind, name="collection_remind"),
    path("collections/<int:pk>/end/", views.collection_end, name="collection_end"),
    path("<str:name>/rows/", views.row_list, name="row_list"),
    path("<str:name>/rows/new/", views.row_new, name="row_new"),
    path("<str:name>/rows/edit/", views.row_edit, name="row_edit"),
    path("<str:name>/rows/history/", views.row_history, name="row_history"),
]

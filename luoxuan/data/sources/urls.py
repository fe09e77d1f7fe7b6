"""Addresses of the sources, below those of the data centre."""

from django.urls import path

from luoxuan.data.sources import views

urlpatterns = [
    path("", views.source_list, name="source_list"),
    path("new/", views.source_new, name="source_new"),
    path("<int:pk>/", views.source_detail, name="source_detail"),
    path("<int:pk>/edit/", views.source_edit, name="source_edit"),
    path("<int:pk>/columns/", views.source_columns, name="source_columns"),
    path("<int:pk>/run/", views.source_run, name="source_run"),
    path("<int:pk>/switch/", views.source_switch, name="source_switch"),
    path("<int:pk>/pulls/<int:number>/accept/", views.pull_accept, name="pull_accept"),
    path("<int:pk>/pulls/<int:number>/decline/", views.pull_decline, name="pull_decline"),
]

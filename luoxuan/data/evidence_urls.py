"""Addresses of evidence; part of those of the data centre."""

from django.urls import path

from luoxuan.data import evidence_views

urlpatterns = [
    path("", evidence_views.evidence_list, name="evidence_list"),
    path("new/", evidence_views.evidence_file, name="evidence_file"),
    path("<int:pk>/", evidence_views.evidence_detail, name="evidence_detail"),
    path("<int:pk>/download/", evidence_views.evidence_download, name="evidence_download"),
    path("<int:pk>/withdraw/", evidence_views.evidence_withdraw, name="evidence_withdraw"),
]

"""Addresses of the upkeep, below those of the data centre."""

from django.urls import path

from luoxuan.data.upkeep import views

urlpatterns = [
    path("", views.upkeep, name="upkeep"),
    path("run/", views.upkeep_run, name="upkeep_run"),
]

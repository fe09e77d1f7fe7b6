"""Addresses of the diagnosis package."""

from django.urls import path

from luoxuan.diagnosis import views

app_name = "diagnosis"
urlpatterns = [
    path("templates/", views.template_list, name="template_list"),
    path("cycles/", views.cycle_list, name="cycle_list"),
    path("cycles/open/", views.term_open, name="term_open"),
    path("cycles/<int:pk>/", views.cycle_detail, name="cycle_detail"),
    path("cycles/<int:pk>/stages/<str:code>/", views.stage_write, name="stage_write"),
    path("cycles/<int:pk>/check/", views.diagnosis_check, name="diagnosis_check"),
    path("cycles/<int:pk>/next/", views.cycle_next, name="cycle_next"),
]

"""Addresses of the improvement package."""

from django.urls import path

from luoxuan.improvement import views

app_name = "improvement"
urlpatterns = [
    path("", views.improvement_list, name="improvement_list"),
    path("new/", views.improvement_open, name="improvement_open"),
    path("<int:pk>/", views.improvement_detail, name="improvement_detail"),
    path("<int:pk>/plan/", views.improvement_plan, name="improvement_plan"),
    path("<int:pk>/in-place/", views.improvement_in_place, name="improvement_in_place"),
    path("<int:pk>/note/", views.improvement_note, name="improvement_note"),
    path("<int:pk>/verify/", views.improvement_verify, name="improvement_verify"),
    path("<int:pk>/close/", views.improvement_close, name="improvement_close"),
]

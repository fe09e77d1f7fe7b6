"""Addresses of the indicators."""

from django.urls import path

from luoxuan.indicators import views

app_name = "indicators"
urlpatterns = [
    path("", views.indicator_list, name="indicator_list"),
    path("<str:code>/", views.indicator_detail, name="indicator_detail"),
    path("<str:code>/rows/", views.reading_rows, name="reading_rows"),
]

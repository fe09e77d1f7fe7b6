"""Addresses of monitoring."""

from django.urls import path

from luoxuan.monitoring import views

app_name = "monitoring"
urlpatterns = [
    path("", views.alert_list, name="alert_list"),
    path("<int:pk>/", views.alert_detail, name="alert_detail"),
]

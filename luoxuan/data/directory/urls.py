"""Addresses of the data directory, below those of the data centre."""

from django.urls import path

from luoxuan.data.directory import views

urlpatterns = [
    path("compare/", views.comparison, name="comparison"),
    path("requests/", views.request_list, name="request_list"),
    path("requests/new/", views.request_new, name="request_new"),
    path("requests/<int:pk>/", views.request_detail, name="request_detail"),
    path("requests/<int:pk>/answer/", views.request_answer, name="request_answer"),
    path("requests/<int:pk>/withdraw/", views.request_withdraw, name="request_withdraw"),
    path("statistics/", views.statistic_list, name="statistic_list"),
    path("statistics/new/", views.statistic_new, name="statistic_new"),
    path("statistics/<int:pk>/", views.statistic_detail, name="statistic_detail"),
    path("statistics/<int:pk>/rows/", views.statistic_rows, name="statistic_rows"),
    path("statistics/<int:pk>/doubt/", views.statistic_doubt, name="statistic_doubt"),
    path("statistics/<int:pk>/remove/", views.statistic_remove, name="statistic_remove"),
]

"""Addresses of the portal."""

from django.urls import path

from luoxuan.portal import search_views, views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("language/", views.set_language, name="set_language"),
    path("search/", search_views.search, name="search"),
    path("subjects/", views.subject_list, name="subject_list"),
    path("subjects/<str:kind>/<str:code>/", views.subject_detail, name="subject_detail"),
]

"""Addresses of the portal."""

from django.urls import path

from luoxuan.portal import (
    burden_views,
    cockpit_views,
    home_views,
    job_views,
    lineage_views,
    register_views,
    search_views,
    setting_views,
    shell_views,
    subject_views,
    token_views,
    unit_views,
    views,
)
from luoxuan.portal.api.guide import api_guide

app_name = "portal"
urlpatterns = [
    path("", home_views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("offline/", shell_views.offline, name="offline"),
    path("service-worker.js", shell_views.service_worker, name="service_worker"),
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("language/", views.set_language, name="set_language"),
    path("todo/", home_views.todo_list, name="todo_list"),
    path("cockpit/", cockpit_views.cockpit, name="cockpit"),
    path("below-standard/", cockpit_views.below_standard_list, name="below_standard"),
    path("settings/", setting_views.setting_list, name="setting_list"),
    path("styleguide/", shell_views.styleguide, name="styleguide"),
    path("data/burden/", burden_views.burden, name="burden"),
    path("data/<str:name>/lineage/", lineage_views.dataset_lineage, name="dataset_lineage"),
    path(
        "indicators/<str:code>/lineage/", lineage_views.indicator_lineage, name="indicator_lineage"
    ),
    path("register/", register_views.register_list, name="register_list"),
    path("indicators/<str:code>/record/", register_views.indicator_record, name="indicator_record"),
    path("search/", search_views.search, name="search"),
    path("subjects/", subject_views.subject_list, name="subject_list"),
    path("subjects/<str:kind>/<str:code>/", subject_views.subject_detail, name="subject_detail"),
    path("units/", unit_views.unit_list, name="unit_list"),
    path("units/<str:code>/change/", unit_views.unit_change, name="unit_change"),
    path("jobs/", job_views.job_list, name="job_list"),
    path("jobs/<int:number>/", job_views.job_detail, name="job_detail"),
    path("jobs/<int:number>/file/", job_views.job_file, name="job_file"),
    path("jobs/<int:number>/cancel/", job_views.job_cancel, name="job_cancel"),
    path("notices/", job_views.notice_list, name="notice_list"),
    path("me/tokens/", token_views.token_list, name="token_list"),
    path("me/tokens/<int:pk>/revoke/", token_views.token_revoke, name="token_revoke"),
    path("api/", api_guide, name="api_guide"),
    path("audit/", job_views.audit_list, name="audit_list"),
]

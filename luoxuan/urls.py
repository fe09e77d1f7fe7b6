"""The addresses of the whole product."""

from django.urls import include, path

handler404 = "luoxuan.portal.views.page_not_found"

urlpatterns = [
    path("", include("luoxuan.portal.urls")),
    path("data/", include("luoxuan.data.urls")),
    path("indicators/", include("luoxuan.indicators.urls")),
    path("tasks/", include("luoxuan.goals.urls")),
    path("improvements/", include("luoxuan.improvement.urls")),
    path("alerts/", include("luoxuan.monitoring.urls")),
    path("diagnosis/", include("luoxuan.diagnosis.urls")),
    path("reports/", include("luoxuan.reports.urls")),
]

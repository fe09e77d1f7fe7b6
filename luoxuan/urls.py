"""The addresses of the whole product."""

from django.urls import include, path

handler404 = "luoxuan.portal.views.page_not_found"
handler500 = "luoxuan.core.busy.server_error"

urlpatterns = [
    path("", include("luoxuan.portal.urls")),
    path("api/", include("luoxuan.portal.api.urls")),
    path("data/", include("luoxuan.data.urls")),
    path("", include("luoxuan.indicators.urls")),
    path("tasks/", include("luoxuan.goals.urls")),
    path("improvements/", include("luoxuan.improvement.urls")),
    path("alerts/", include("luoxuan.monitoring.urls")),
    path("diagnosis/", include("luoxuan.diagnosis.urls")),
    path("reports/", include("luoxuan.reports.urls")),
]

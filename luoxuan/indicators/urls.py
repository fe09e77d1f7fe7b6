"""Addresses of the indicators, and of the page that verifies a printed number."""

from django.urls import path

from luoxuan.indicators.views import doubts, listing, provenance, readings

app_name = "indicators"
urlpatterns = [
    path("indicators/", listing.indicator_list, name="indicator_list"),
    path("indicators/<str:code>/", readings.indicator_detail, name="indicator_detail"),
    path("indicators/<str:code>/rows/", readings.reading_rows, name="reading_rows"),
    path("indicators/<str:code>/doubt/", doubts.reading_doubt, name="reading_doubt"),
    path("verify/", provenance.provenance_form, name="provenance_form"),
    path("verify/<str:proof>/", provenance.provenance, name="provenance"),
]

"""Addresses of quality, below those of the data centre."""

from django.urls import path

from luoxuan.data.quality import views

urlpatterns = [
    path("quality/", views.quality_list, name="quality_list"),
    path("quality/outliers/<int:pk>/", views.outlier_answer, name="outlier_answer"),
    path("quality/<str:name>/", views.quality_detail, name="quality_detail"),
    path("checks/", views.check_list, name="check_list"),
    path("checks/new/", views.check_new, name="check_new"),
    path("checks/<str:code>/", views.check_edit, name="check_edit"),
    path("checks/<str:code>/rows/", views.check_rows, name="check_rows"),
    path("imports/<int:pk>/rows/", views.held_row_list, name="held_row_list"),
    path("imports/<int:pk>/rows/<int:number>/", views.held_row_edit, name="held_row_edit"),
    path("corrections/", views.correction_list, name="correction_list"),
    path("corrections/new/", views.correction_new, name="correction_new"),
    path("corrections/<int:pk>/", views.correction_detail, name="correction_detail"),
]

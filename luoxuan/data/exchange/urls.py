"""Addresses of exchange, below those of the data centre."""

from django.urls import path

from luoxuan.data.exchange import acts, tables, views

urlpatterns = [
    path("", views.exchange_list, name="exchange_list"),
    path("new/", views.exchange_build, name="exchange_build"),
    path("import/", views.exchange_import, name="exchange_import"),
    path("verify/", views.exchange_verify, name="exchange_verify"),
    path("packages/<str:code>/", views.exchange_package, name="exchange_package"),
    path("comparisons/<int:pk>/", tables.exchange_comparison, name="exchange_comparison"),
    path("<int:pk>/", views.exchange_bundle, name="exchange_bundle"),
    path("<int:pk>/findings/", views.exchange_findings, name="exchange_findings"),
    path("<int:pk>/changes/", views.exchange_changes, name="exchange_changes"),
    path("<int:pk>/files/<str:kind>/", views.exchange_file, name="exchange_file"),
    path("<int:pk>/check/", acts.exchange_check, name="exchange_check"),
    path("<int:pk>/explain/", acts.exchange_explain, name="exchange_explain"),
    path("<int:pk>/sign/", acts.exchange_sign, name="exchange_sign"),
    path("<int:pk>/approve/", acts.exchange_approve, name="exchange_approve"),
    path("<int:pk>/return/", acts.exchange_return, name="exchange_return"),
    path("<int:pk>/hand-over/", acts.exchange_hand_over, name="exchange_hand_over"),
    path("<int:pk>/receipt/", acts.exchange_receipt, name="exchange_receipt"),
    path("<int:pk>/reject/", acts.exchange_reject, name="exchange_reject"),
    path("<int:pk>/correct/", acts.exchange_correct, name="exchange_correct"),
    path("<int:pk>/tables/<str:number>/", tables.exchange_table, name="exchange_table"),
    path("<int:pk>/tables/<str:number>/take/", tables.exchange_take, name="exchange_take"),
    path("<int:pk>/tables/<str:number>/compare/", tables.exchange_compare, name="exchange_compare"),
]

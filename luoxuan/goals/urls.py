"""Addresses of the goals package."""

from django.urls import path

from luoxuan.goals.views import dates, sheets, tasks

app_name = "goals"
urlpatterns = [
    path("", tasks.task_list, name="task_list"),
    path("new/", tasks.task_new, name="task_new"),
    path("sign/<str:year>/", tasks.standards_sign, name="standards_sign"),
    path("export/", tasks.task_export, name="task_export"),
    path("sheets/", sheets.sheet_list, name="sheet_list"),
    path("sheets/<str:unit>/<str:period>/", sheets.sheet_detail, name="sheet_detail"),
    path("sheets/<str:unit>/<str:period>/check/", sheets.sheet_check, name="sheet_check"),
    path("dates/", dates.deadline_change_list, name="deadline_change_list"),
    path("dates/<int:pk>/", dates.deadline_change_decide, name="deadline_change_decide"),
    path("<int:pk>/", tasks.task_detail, name="task_detail"),
    path("<int:pk>/edit/", tasks.task_edit, name="task_edit"),
    path("<int:pk>/date/", tasks.deadline_ask, name="deadline_ask"),
    path("<int:pk>/sign/", tasks.standard_sign, name="standard_sign"),
]

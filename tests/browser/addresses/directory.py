"""Pages of the data directory that the quality office can open."""

_MEAN = "dataset=score&group=class_code&function=MEAN&field=score"

ADDRESSES: dict[str, str] = {
    "directory: found": "/data/?q=cj&freshness=FRESH",
    "directory: nothing": "/data/?q=zzz",
    "lineage": "/data/score/lineage/",
    "lineage: field": "/data/score/lineage/?field=score",
    "lineage: indicator": "/indicators/course.pass_share/lineage/",
    "requests": "/data/requests/",
    "request: new": "/data/requests/new/",
    "request": "/data/requests/{data_request}/",
    "request: answered": "/data/requests/{foreign_request}/",
    "statistics": "/data/statistics/",
    "statistic: choose": "/data/statistics/new/",
    "statistic: build": f"/data/statistics/new/?{_MEAN}",
    "comparison": "/data/compare/?here=score&there=score",
    "statistic": "/data/statistics/{statistic}/",
    "statistic: rows": "/data/statistics/{statistic}/rows/?g==MATH-1",
    "burden": "/data/burden/",
    "burden: twice": "/data/burden/?part=twice",
    "burden: idle": "/data/burden/?part=idle",
}

"""Pages of collecting that the quality office can open; placeholders as in the filling."""

_KEY = "student_id=1001&class_code=MATH-1&term=2025-1"

ADDRESSES: dict[str, str] = {
    "filling: list": "/data/filling/",
    "filling: returned": "/data/filling/{submission}/",
    "filling: check": "/data/filling/{submission_waiting}/check/",
    "collections": "/data/collections/",
    "collection: choose": "/data/collections/new/",
    "collection: new": "/data/collections/new/?dataset=score",
    "collection": "/data/collections/{collection}/",
    "rows": "/data/score/rows/",
    "row: new": "/data/score/rows/new/",
    "row: change": f"/data/score/rows/edit/?{_KEY}",
    "row: history": f"/data/score/rows/history/?{_KEY}",
}

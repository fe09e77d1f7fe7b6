"""Pages of core that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "job list": "/jobs/",
    "running job": "/jobs/{job}/",
    "done job": "/jobs/{job_done}/",
    "failed job": "/jobs/{job_failed}/",
    "cancelled job": "/jobs/{job_cancelled}/",
    "notices": "/notices/",
}

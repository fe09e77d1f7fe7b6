"""Pages of monitoring that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "alert in words, answered": "/alerts/{alert}/",
    "unanswered alerts": "/alerts/?status=unanswered",
}

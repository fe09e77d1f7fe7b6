"""Pages of reports that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "document_list": "/reports/",
    "document_create": "/reports/new/?kind=MEETING_PAPER",
    "document_detail": "/reports/{document}/",
    "provenance_form": "/verify/",
    "provenance_form_mistyped": "/verify/?id=LX-0000-0000-0001",
    "provenance": "/verify/{proof_math}/",
}

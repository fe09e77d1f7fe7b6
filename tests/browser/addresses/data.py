"""Pages of data that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "import: checked": "/data/imports/drafts/{draft}/check/",
    "import: filtered": "/data/imports/drafts/{draft}/check/?column=score&q=266",
    "import: preview": "/data/imports/drafts/{draft}/preview/",
    "import: columns": "/data/imports/drafts/{draft_asking}/columns/",
    "sources": "/data/sources/",
    "sources: to look at": "/data/sources/?state=trouble",
    "source: new": "/data/sources/new/",
    "source": "/data/sources/{source}/",
    "source: change": "/data/sources/{source}/edit/",
    "source: columns": "/data/sources/{source}/columns/",
    "import: refused": "/data/imports/drafts/{draft_refused}/check/",
}

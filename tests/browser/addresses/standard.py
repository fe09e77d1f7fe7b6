"""Pages of the data standard that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "standard: all": "/data/standard/",
    "standard: one": "/data/score/standard/",
    "standard: change": "/data/score/standard/edit/",
    "standard: field": "/data/score/standard/fields/score/",
    "standard: new field": "/data/score/standard/add/",
    "standard: workbook": "/data/standard/load/",
    "standard: new dataset": "/data/new/",
    "standard: code lists": "/data/codes/",
    "standard: code list": "/data/codes/result/",
    "standard: new code list": "/data/codes/new/",
    "standard: codes": "/data/codes/result/edit/",
    "standard: themes": "/data/themes/",
    "standard: theme view": "/data/themes/{theme}/passed/",
}

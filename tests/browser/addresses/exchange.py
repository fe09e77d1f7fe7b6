"""Pages of exchange that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "exchange": "/data/exchange/",
    "exchange: build": "/data/exchange/new/",
    "exchange: import": "/data/exchange/import/",
    "exchange: verify": "/data/exchange/verify/",
    "exchange: package": "/data/exchange/packages/platform/",
    "exchange: bundle": "/data/exchange/{bundle}/",
    "exchange: bundle with jumps": "/data/exchange/{bundle_waiting}/",
    "exchange: rejected bundle": "/data/exchange/{bundle_rejected}/",
    "exchange: imported bundle": "/data/exchange/{bundle_imported}/",
    "exchange: table": "/data/exchange/{bundle}/tables/7.5/",
    "exchange: compare": "/data/exchange/{bundle}/tables/7.5/compare/",
    "exchange: comparison": "/data/exchange/comparisons/{comparison}/",
}

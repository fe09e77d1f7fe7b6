"""Pages of diagnosis that the quality office can open; placeholders as in the filling."""

ADDRESSES: dict[str, str] = {
    "loop templates": "/diagnosis/templates/",
    "cycles": "/diagnosis/cycles/",
    "opening a term": "/diagnosis/cycles/open/",
    "cycle": "/diagnosis/cycles/{cycle}/",
    "cycle with its diagnosis to write": "/diagnosis/cycles/{cycle}/?stage=diagnose",
    "cycle with its alerts": "/diagnosis/cycles/{cycle}/?stage=warn",
    "cycle with its next round": "/diagnosis/cycles/{cycle}/?stage=improve",
    "cycle with a frozen diagnosis": "/diagnosis/cycles/{frozen_cycle}/?stage=diagnose",
    "cycle on trial": "/diagnosis/cycles/{trial_cycle}/",
}

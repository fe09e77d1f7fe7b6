"""Background entry of exchange: building a bundle."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from luoxuan.campus.queries import periods
from luoxuan.campus.scope import EVERYTHING
from luoxuan.core.jobs import JobRun, job
from luoxuan.data.exchange.actions import BUILD_JOB, build_bundle, check_bundle
from luoxuan.data.exchange.queries import package_coded


@job(BUILD_JOB)
def build(run: JobRun, *, package: str, period: str) -> dict[str, Any]:
    """Build and check a bundle; begun again, it finds what was built and goes on."""
    now = timezone.now()
    run.progress(0, 2)
    bundle = build_bundle(
        package=package_coded(EVERYTHING, package), period=periods().get(code=period),
        by=run.by, at=now,
    )  # fmt: skip
    run.progress(1, 2)
    result = {"url": reverse("data:exchange_bundle", args=[bundle.pk])}
    check_bundle(bundle=bundle, by=run.by, at=now, confirm=lambda: run.confirm(result))
    return result

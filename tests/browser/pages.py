"""Every page of the product, and the ways to reach those that have no address of their own."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, Response

from luoxuan.core.jobs import run_due
from luoxuan.data.models import ImportBatch
from luoxuan.data.rules import Disposition
from luoxuan.testing.browser import Witness
from luoxuan.testing.college import HEADER, Passes, score_csv

from .addresses import PACKAGES

_SHARE = "/indicators/course.pass_share/"
_MEAN = "/indicators/course.mean_score/"
_CLASS = "kind=TEACHING_CLASS&subject=MATH-1&period=2025-1"

HOME_PAGES = ["/", "/subjects/", "/indicators/", "/alerts/", "/data/"]
ADDRESSES = {
    "home": "/",
    "subject list": "/subjects/",
    "subject list, filtered": "/subjects/?kind=COURSE&q=MATH",
    "subject list, nothing found": "/subjects/?q=zzz",
    "class": "/subjects/TEACHING_CLASS/MATH-1/",
    "class with a missing reading": "/subjects/TEACHING_CLASS/WELD-1/",
    "course": "/subjects/COURSE/MATH/",
    "unit": "/subjects/UNIT/EAST/",
    "unit without readings": "/subjects/UNIT/QUALITY/",
    "institution": "/subjects/INSTITUTION/SMALL/",
    "indicator list": "/indicators/",
    "indicator list, nothing found": "/indicators/?q=zzz",
    "indicator of the institution": _SHARE,
    "indicator of a unit": f"{_SHARE}?kind=UNIT&subject=EAST",
    "indicator of a course": f"{_SHARE}?kind=COURSE&subject=MATH",
    "indicator of a class": f"{_SHARE}?{_CLASS}",
    "indicator without a value": f"{_MEAN}?kind=TEACHING_CLASS&subject=WELD-1&period=2025-2",
    "indicator never computed": f"{_SHARE}?kind=UNIT&subject=QUALITY",
    "rows": f"{_SHARE}rows/?{_CLASS}",
    "rows, second page": f"{_SHARE}rows/?{_CLASS}&page=2",
    "rows of a part": f"{_SHARE}rows/?{_CLASS}&measure=score.passed",
    "alerts": "/alerts/",
    "alerts of mine, none": "/alerts/?status=mine",
    "all alerts": "/alerts/?status=all",
    "dataset list": "/data/",
    "dataset": "/data/score/",
    "import form": "/data/score/import/",
}


@dataclass
class Stop:
    """One page of a walk as it stands open in the browser."""

    name: str
    status: int


def walk(page: Page, witness: Witness, folder: Path, keys: dict[str, object]) -> Iterator[Stop]:
    """Open every page that the quality office can come to, one after the other."""
    for name, address in ADDRESSES.items():
        yield Stop(name, _status(page.goto(address)))
    for package in PACKAGES:
        for name, address in package.ADDRESSES.items():
            yield Stop(name, _status(page.goto(address.format_map(keys))))
    batch = ImportBatch.objects.filter(disposition=Disposition.REJECT_ROWS).order_by("pk")[0]
    yield Stop("batch with problems", _status(page.goto(f"/data/imports/{batch.pk}/")))
    batch = ImportBatch.objects.filter(disposition=Disposition.ACCEPT).order_by("pk")[0]
    yield Stop("batch without problems", _status(page.goto(f"/data/imports/{batch.pk}/")))
    for name, reach in REACHED.items():
        status = _status(reach(page, folder))
        forgive(witness, status)
        yield Stop(name, status)


def send_file(page: Page, path: Path, *, mode: str = "") -> Response:
    """Hand a file in by the import form of the scores, let it be checked, open what was found."""
    page.goto("/data/score/import/")
    page.set_input_files("#id_file", path)
    if mode:
        page.select_option("#id_mode", mode)
    page.click("main form button[type=submit]")
    return after_work(page)


def after_work(page: Page) -> Response:
    """Do what the worker would do, and open the page that the draft waits at."""
    page.wait_for_url("**/data/imports/drafts/**")
    page.wait_for_load_state()
    draft = re.sub(r"(drafts/[0-9]+/).*", r"\1", page.url)
    # The page follows its job by itself; nobody is to race with it.
    page.goto("about:blank")
    run_due(owner="browser", now=timezone.now)
    response = page.goto(draft)
    assert response is not None
    return response


def write_file(page: Page, path: Path, *, mode: str = "") -> Response:
    """Hand a file in and go through the wizard to the result."""
    send_file(page, path, mode=mode)
    page.click("main a:has-text('下一步：预览')")
    page.click("main button:has-text('写入')")
    return after_work(page)


def forgive(witness: Witness, status: int) -> None:
    """Take back what Chromium says about a page that was meant to answer with that status."""
    if status < 400:
        return
    said = f"status of {status}"
    witness.console_errors[:] = [text for text in witness.console_errors if said not in text]
    witness.failed_requests[:] = [
        text for text in witness.failed_requests if not text.startswith(f"{status} ")
    ]


def _status(response: Response | None) -> int:
    assert response is not None
    return response.status


def _refused(page: Page, folder: Path) -> Response:
    path = folder / "refused.csv"
    path.write_text("完全,不同,的,列\n1,2,3,4\n", encoding="utf-8")
    return send_file(page, path)


def _checked(page: Page, folder: Path) -> Response:
    path = folder / "checked.csv"
    path.write_text(f"{HEADER}\n,MATH-1,MATH,EAST-MATH,2025-2,175,优\n", encoding="utf-8")
    return send_file(page, path)


def _checked_well(page: Page, folder: Path) -> Response:
    path = folder / "well.csv"
    path.write_text(score_csv([Passes("MATH-1", 1, 1)]), encoding="utf-8")
    return send_file(page, path)


def _form_without_file(page: Page, folder: Path) -> Response:
    page.goto("/data/score/import/")
    page.eval_on_selector("#id_file", "field => field.required = false")
    with page.expect_navigation() as answer:
        page.click("main form button[type=submit]")
    return answer.value


def _missing(page: Page, folder: Path) -> Response | None:
    return page.goto("/no/such/page/")


REACHED: dict[str, Callable[[Page, Path], Response | None]] = {
    "refused file": _refused,
    "form without a file": _form_without_file,
    "checked file with problems": _checked,
    "checked file without problems": _checked_well,
    "no such page": _missing,
}
STATUSES = {"form without a file": 422, "no such page": 404}

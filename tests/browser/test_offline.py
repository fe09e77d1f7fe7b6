"""Without network one page says so and leads back; nothing of a reader is kept by the worker."""

from urllib.parse import urlsplit

import pytest

from luoxuan.testing.browser import axe
from luoxuan.testing.college import PASSWORD

# The worker has taken over the pages that are open.
CONTROLLED = """() => navigator.serviceWorker.controller
  ? true
  : new Promise(done => { navigator.serviceWorker.oncontrollerchange = () => done(true); })"""
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) {
      const answer = await (await caches.open(name)).match(request);
      found.push([name, new URL(request.url).pathname, await answer.text()]);
    }
  return found;
}"""


@pytest.fixture
def reader(browser, live_server, users):
    """A reader whose browser lets the worker in between."""
    with browser.new_context(
        base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844}
    ) as context:
        context.set_default_timeout(15_000)
        yield context.new_page()


def log_in(page, name="office"):
    page.goto("/login/?next=/alerts/")
    page.fill("#id_username", name)
    page.fill("#id_password", PASSWORD)
    page.click(".login-box button")


def test_without_network_a_page_in_chinese_leads_back(reader):
    page, context = reader, reader.context
    log_in(page)
    page.evaluate(CONTROLLED)
    context.set_offline(True)
    page.goto("/indicators/?q=pass")
    assert page.inner_text("h1") == "没有网络"
    assert "No network" not in page.inner_text("body")
    assert page.get_attribute("html", "lang") == "zh-hans"
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        assert axe(page) == []
    # What it looks like is kept with it.
    assert page.evaluate("getComputedStyle(document.querySelector('.button')).minHeight") == "40px"
    page.click("main a:has-text('再试一次')")
    assert page.inner_text("h1") == "没有网络"
    context.set_offline(False)
    page.click("main a:has-text('再试一次')")
    page.wait_for_selector(".app h1:has-text('指标目录')")
    assert page.url.endswith("/indicators/?q=pass")
    # A file comes through the worker as well.
    page.goto("/alerts/")
    page.click("details[data-export] > summary")
    with page.expect_download() as download:
        page.click("details[data-export] a:has-text('CSV')")
    assert download.value.suggested_filename.endswith(".csv")


def test_without_network_the_page_is_english_for_who_reads_english(reader):
    page = reader
    page.goto("/login/")
    page.evaluate(CONTROLLED)
    page.click("text=English")
    assert page.get_attribute("html", "lang") == "en"
    page.context.set_offline(True)
    page.goto("/alerts/")
    assert page.inner_text("h1") == "No network"
    assert "没有" not in page.title() + page.inner_text("body")
    assert page.get_attribute("html", "lang") == "en"
    page.context.set_offline(False)
    page.click("main a:has-text('Home')")
    assert urlsplit(page.url).path == "/login/"


def test_the_worker_keeps_nothing_of_a_reader_and_cleans_up_after_an_old_one(reader, users):
    page = reader
    page.goto("/login/")
    page.evaluate("caches.open('luoxuan-offline-old').then(old => old.put('/', new Response('x')))")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.unregister())")
    log_in(page)
    page.evaluate(CONTROLLED)
    for address in ("/", "/subjects/", "/alerts/", "/jobs/"):
        page.goto(address)
    page.click(".top-bar form[action='/logout/'] button")
    page.wait_for_selector("#id_username")
    kept = page.evaluate(KEPT)
    assert len({name for name, _, _ in kept}) == 1
    assert "luoxuan-offline-old" not in {name for name, _, _ in kept}
    assert len(kept) == 6
    pages = [path for _, path, _ in kept if not path.startswith("/static/")]
    assert pages == ["/offline/"]
    names = [user.name for user in users.values()]
    assert not any(name in text for _, path, text in kept if path in pages for name in names)
    assert page.evaluate("sessionStorage.length") == 0


def test_a_page_is_always_asked_of_the_server_first(reader, live_server):
    page = reader
    log_in(page)
    page.evaluate(CONTROLLED)
    page.goto("/alerts/")
    assert page.locator(".app").count() == 1
    page.click(".top-bar form[action='/logout/'] button")
    page.goto("/alerts/")
    assert urlsplit(page.url).path == "/login/"

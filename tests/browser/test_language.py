"""Two languages: on the English page no Chinese is left, on the Chinese one no English."""

import json
import re

from django.apps import apps
from django.db.models import CharField, JSONField, TextField

from .pages import walk

HAN = re.compile(r"[\u4e00-\u9fff]+")
LATIN = re.compile(r"[A-Za-z]{3,}")
# The refusal of a file quotes its columns.
QUOTED = ("Columns are missing:",)
# The switch names each language in itself; codes of the package and of files stay what they are.
NAMES = re.compile(
    r"English|OpenAPI|xAPI|JSON|postgresql|sqlite|https|\bzip\b|\bscores\b|\bdata\b|West|President|Eastdata|Office|Centre|Math|East|Courses|Teacher|Excel|Word|PDF|"
    r"CSV|Parquet|Ctrl K|\.?xlsx|"
    r"\.txt|[a-z_]+\.[a-z_]+|\b[a-z]+_[a-z]+\b|\b[A-Z]+(-[A-Z0-9]+)*\b|[\w-]+\.csv"
    r"|\bcsv\b|\*\.log\b|\bscore\b|\bresult\b|\bterm\b|luoxuan config load|Cookie|bytes|utf-8"
    r"|\b[0-9a-f]{12,64}\b"
)
# What a reader gets to see or hear: texts, and the attributes that are read out or shown.
TEXTS = """() => {
  const found = [document.title];
  const skipped = "script, noscript, [lang]:not(html), [translate=no], code";
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_ALL);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (node.nodeType === Node.TEXT_NODE && !parent.closest(skipped))
      found.push(node.data);
    else if (node.nodeType === Node.ELEMENT_NODE && !node.closest("[lang]:not(html)"))
      for (const name of ["aria-label", "title", "placeholder", "data-label", "alt"])
        if (node.hasAttribute(name)) found.push(node.getAttribute(name));
  }
  return [...new Set(found.map(text => text.trim()).filter(text => text))];
}"""


def texts(page):
    return page.evaluate(TEXTS)


def stored() -> set[str]:
    """Return the Chinese words of what people and files have said, which have no second language.

    A text with an English twin beside it is none of them: an English page has to show the twin.
    """
    found: set[str] = set()
    for model in apps.get_models():
        names = {field.name for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, CharField | TextField | JSONField)
            if is_text and f"{field.name}_en" not in names:
                for value in model._default_manager.values_list(field.name, flat=True):
                    found |= set(HAN.findall(json.dumps(value, ensure_ascii=False)))
    return found


def switch(page, words):
    with page.expect_navigation():
        page.click(f".top-bar button:has-text('{words}'), .login-tools button:has-text('{words}')")


def test_no_chinese_is_left_on_an_english_page(page, users, enter, witness, tmp_path, keys):
    enter(page.context, users["office"])
    page.goto("/")
    switch(page, "English")
    found, data = [], stored()
    for stop in walk(page, witness, tmp_path, keys):
        assert page.get_attribute("html", "lang") == "en"
        for text in texts(page):
            left = [word for word in HAN.findall(text) if word not in data]
            if left and not text.startswith(QUOTED):
                found.append(f"{stop.name}: {text}")
    assert not found, "\n".join(dict.fromkeys(found))


def english_left(page) -> list[str]:
    """Return the texts of a Chinese page that are not Chinese; the walk in test_pages asks it."""
    if page.get_attribute("html", "lang") != "zh-hans":
        return ["the page does not say that it is Chinese"]
    return [f"English: {text}" for text in texts(page) if LATIN.search(NAMES.sub("", text))]


def test_the_language_is_remembered_and_the_page_stays(page, users, enter):
    page.goto("/login/?next=/alerts/")
    switch(page, "English")
    assert page.url.endswith("/login/?next=/alerts/")
    assert page.locator("h1").inner_text() == "Log in"
    enter(page.context, users["office"])
    address = "/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1"
    page.goto(address)
    assert page.locator("h1").inner_text() == "Pass share"
    switch(page, "中文")
    assert page.url.endswith(address)
    assert page.locator("h1").inner_text() == "通过率"
    page.goto("/")
    assert page.get_attribute("html", "lang") == "zh-hans"
    cookie = next(c for c in page.context.cookies() if c["name"] == "django_language")
    assert cookie["expires"] > 0
    assert cookie["httpOnly"] is True


def test_the_browsers_own_language_does_not_decide(browser, live_server, users):
    with browser.new_context(base_url=live_server.url, locale="en-GB") as context:
        page = context.new_page()
        page.goto("/login/")
        assert page.get_attribute("html", "lang") == "zh-hans"

"""Templates and static files of all packages: what the content security policy and the lock ask."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

PACKAGES = Path(__file__).resolve().parents[2]
STATIC = PACKAGES / "portal" / "static"
VENDOR = STATIC / "vendor"
# What is printed is no page: a file that opens anywhere carries its style, and reports are Chinese.
TEMPLATES = sorted(
    path for path in PACKAGES.glob("*/templates/**/*.html") if "print" not in path.parts
)
NAMES = [str(path.relative_to(PACKAGES)) for path in TEMPLATES]


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_is_short_and_holds_no_inline_style_or_script(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 80
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_no_chinese_text_stands_outside_translation(path):
    text = path.read_text(encoding="utf-8")
    if path.name in {"500.html", "busy.html", "offline.html", "read_only.html"}:
        # Served when nothing else works: both languages stand in it, without the catalogue.
        return
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", text, flags=re.DOTALL)
    text = re.sub(r"{%.*?%}|{#.*?#}", "", text)
    # The button that leads to another language is named in that language.
    text = re.sub(r'lang="zh-hans">[^<]*<', "", text)
    assert re.findall(r"[\u4e00-\u9fff]+", text) == []


def test_every_icon_that_a_template_names_is_in_the_sprite():
    known = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons/icons.svg").read_text()))
    named = set()
    for path in TEMPLATES:
        named |= set(re.findall(r'{% icon "([^"]+)"|icon_name="([^"]+)"', path.read_text()))
    assert {first or second for first, second in named} <= known


def locked():
    lines = (VENDOR / "vendor.lock").read_text().splitlines()
    return [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]


@pytest.mark.parametrize("entry", locked(), ids=lambda entry: entry["path"])
def test_a_file_of_another_project_is_the_locked_one_and_brings_its_licence(entry):
    path = VENDOR / entry["path"]
    digest = base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
    assert entry["sha384"] == f"sha384-{digest}"
    # The licence of a part lies in a folder of its own beside that of the whole.
    folder = path.parent.parent if path.parent.name == "licenses" else path.parent
    assert (folder / "LICENSE").is_file()
    assert entry["version"] in folder.name


def test_no_file_of_another_project_is_outside_the_lock():
    own = {"README.md", "vendor.lock", "LICENSE", "NOTICE"}
    found = {
        path.relative_to(VENDOR).as_posix()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name not in own
    }
    assert found == {entry["path"] for entry in locked()}


def test_no_stylesheet_or_script_asks_another_host_or_a_missing_map():
    for path in [*STATIC.rglob("*.css"), *STATIC.rglob("*.js")]:
        text = path.read_text(encoding="utf-8")
        assert "sourceMappingURL" not in text
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//|@import", text)

"""The design tokens「设计变量」 as the style sheet declares them, read from it and never copied."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.utils.translation import gettext

_DECLARED = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_ROOT = re.compile(r"^:root \{(.*?)^\}", re.DOTALL | re.MULTILINE)
_DARK = re.compile(r'^\[data-bs-theme="dark"\] \{(.*?)^\}', re.DOTALL | re.MULTILINE)
_STATES = ("ok", "warn", "bad", "info", "mute")


@dataclass(frozen=True, slots=True)
class Token:
    """One design token「设计变量」 with its value in the light and in the dark theme."""

    name: str
    light: str
    dark: str

    @property
    def is_color(self) -> bool:
        """Return whether the token can be painted."""
        return self.light.startswith("#")


@dataclass(frozen=True, slots=True)
class TokenGroup:
    """Tokens that serve one purpose「变量组」, with the sentence that says when to use them."""

    title: str
    when: str
    tokens: tuple[Token, ...]


@cache
def tokens() -> tuple[Token, ...]:
    """Return every token of the style sheet in its order."""
    text = files("luoxuan.portal").joinpath("static/css/luoxuan.css").read_text(encoding="utf-8")
    light, dark = _declared(_ROOT, text), _declared(_DARK, text)
    return tuple(Token(name, value, dark.get(name, value)) for name, value in light.items())


def token_groups() -> list[TokenGroup]:
    """Return the tokens by what they are for, in the reader's language."""
    words = {
        "ground": (gettext("底与线"), gettext("页面底色、面板和分隔线；面板只压在页面底色上。")),
        "text": (
            gettext("文字"),
            gettext("三级依次变浅：正文、次要说明、日期和单位等辅助信息。"),
        ),
        "brand": (gettext("品牌"), gettext("链接、主按钮和当前位置；不用来表示状态。")),
        "state": (
            gettext("状态"),
            gettext("字、浅底、图形各有一色；颜色从不单独出现，总有形状和词。"),
        ),
        "measure": (gettext("尺寸、字体与阴影"), gettext("间距和外壳尺寸；阴影只用于浮层。")),
    }
    found: dict[str, list[Token]] = {name: [] for name in words}
    for token in tokens():
        found[_group_of(token)].append(token)
    return [TokenGroup(*words[name], tuple(found[name])) for name in words]


def _declared(block: re.Pattern[str], text: str) -> Mapping[str, str]:
    found = block.search(text)
    return dict(_values(found.group(1) if found else ""))


def _values(text: str) -> Iterator[tuple[str, str]]:
    for name, value in _DECLARED.findall(text):
        yield name, " ".join(value.split())


def _group_of(token: Token) -> str:
    if not token.is_color:
        return "measure"
    first = token.name.partition("-")[0]
    if first in _STATES:
        return "state"
    return first if first in {"text", "brand"} else "ground"

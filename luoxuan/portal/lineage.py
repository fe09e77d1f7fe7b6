"""The lineage「数据血缘」 of one thing: its origins and its uses, as rows and as SVG."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from luoxuan.core.charts.drawing import add, markup, write
from luoxuan.core.lineage import Lineage, Node, NodeKind
from luoxuan.core.templatetags.words import text_of

KIND_WORDS: dict[str, Promise] = {
    NodeKind.SOURCE: _("数据源"),
    NodeKind.IMPORT: _("导入"),
    NodeKind.DATASET: _("数据集"),
    NodeKind.MEASURE: _("度量"),
    NodeKind.STATISTIC: _("统计表"),
    NodeKind.INDICATOR: _("指标"),
    NodeKind.TASK_LIST: _("任务"),
    NodeKind.WATCH: _("监测"),
    NodeKind.DIAGNOSIS_POINT: _("诊断点"),
    NodeKind.REPORT: _("报告"),
    NodeKind.EXCHANGE: _("上报表"),
}
_COLUMN = {
    NodeKind.SOURCE: 0, NodeKind.IMPORT: 0, NodeKind.MEASURE: 4, NodeKind.STATISTIC: 4,
    NodeKind.TASK_LIST: 4, NodeKind.INDICATOR: 5, NodeKind.WATCH: 6, NodeKind.DIAGNOSIS_POINT: 6,
    NodeKind.REPORT: 6, NodeKind.EXCHANGE: 6,
}  # fmt: skip
# Datasets stand left of the thing, at it, or right of it.
_BEFORE, _HERE, _AFTER = 1, 2, 3
_WIDTH, _HEIGHT, _GAP, _BETWEEN = 168, 40, 12, 52
_MOST_IN_COLUMN = 14
_LETTERS = 11


@dataclass(frozen=True, slots=True)
class Place:
    """One thing of a lineage「血缘行」: ``n_steps`` away, before (negative) or after."""

    node: Node
    n_steps: int
    fields: tuple[str, ...]

    @property
    def kind_words(self) -> str:
        """Return the word of its kind."""
        return str(KIND_WORDS[self.node.kind])

    @property
    def title(self) -> str:
        """Return its title in the reader's language."""
        return text_of(self.node, "title")

    @property
    def side_words(self) -> str:
        """Return whether it is an origin or a use, and how many steps away."""
        words = gettext("来源，第 %(n)s 层") if self.n_steps < 0 else gettext("使用，第 %(n)s 层")
        return words % {"n": abs(self.n_steps)}


def places_of(lineage: Lineage, key: str, *, field: str = "") -> list[Place]:
    """Return what a thing is made of, the furthest first, then what uses it or one field of it."""
    origins = {} if field else lineage.origins_of(key)
    users = lineage.users_of(key, name=field)
    read: dict[str, set[str]] = defaultdict(set)
    for tie in lineage.ties:
        if tie.origin == key:
            read[tie.user] |= tie.fields or set()
    found = [Place(lineage.nodes[one], -n, ()) for one, n in origins.items() if one not in users]
    found += [Place(lineage.nodes[one], n, tuple(sorted(read[one]))) for one, n in users.items()]
    return sorted(
        found, key=lambda row: (row.n_steps, _COLUMN.get(row.node.kind, 2), row.node.code)
    )


def picture_of(lineage: Lineage, key: str, places: Sequence[Place]) -> str:
    """Return the lineage as SVG: columns from the origins to the uses, every name a link."""
    columns: dict[int, list[Node]] = defaultdict(list)
    columns[_column(lineage.nodes[key], 0)].append(lineage.nodes[key])
    for row in places:
        columns[_column(row.node, row.n_steps)].append(row.node)
    spots, more = _spots([columns[rank] for rank in sorted(columns)])
    height = max((y for _x, y in [*spots.values(), *more]), default=0) + _HEIGHT + _GAP
    width = len(columns) * (_WIDTH + _BETWEEN) - _BETWEEN + 2
    svg = ElementTree.Element(
        "svg",
        {
            "class": "lineage-picture", "viewBox": f"0 0 {width} {height}", "role": "group",
            "width": str(width), "height": str(height),
            "aria-label": _sentence(lineage.nodes[key], places),
        },
    )  # fmt: skip
    for tie in {(tie.origin, tie.user) for tie in lineage.ties}:
        _draw_tie(svg, spots, *tie)
    for name, (x, y) in spots.items():
        _draw_node(svg, lineage.nodes[name], x, y, is_here=name == key)
    for (x, y), n in more.items():
        words = gettext("另有 %(n)s 项，见下表") % {"n": n}
        write(svg, words, class_="lineage-more", x=str(x + 10), y=str(y + 24))
    return markup(svg)


Spot = tuple[int, int]


def _spots(columns: Sequence[Sequence[Node]]) -> tuple[dict[str, Spot], dict[Spot, int]]:
    """Return where each thing stands, and where so many more of a column are left out."""
    spots: dict[str, Spot] = {}
    more: dict[Spot, int] = {}
    for place, nodes in enumerate(columns):
        x = place * (_WIDTH + _BETWEEN) + 1
        for row, node in enumerate(nodes[:_MOST_IN_COLUMN]):
            spots[node.key] = (x, row * (_HEIGHT + _GAP) + 1)
        if len(nodes) > _MOST_IN_COLUMN:
            more[x, _MOST_IN_COLUMN * (_HEIGHT + _GAP)] = len(nodes) - _MOST_IN_COLUMN
    return spots, more


def _column(node: Node, n_steps: int) -> int:
    if node.kind is not NodeKind.DATASET:
        return _COLUMN[node.kind]
    if n_steps == 0:
        return _HERE
    return _BEFORE if n_steps < 0 else _AFTER


def _sentence(node: Node, places: Sequence[Place]) -> str:
    n_before = sum(row.n_steps < 0 for row in places)
    return gettext("“%(title)s”的血缘：%(before)s 个来源，%(after)s 个使用") % {
        "title": text_of(node, "title"), "before": n_before, "after": len(places) - n_before,
    }  # fmt: skip


def _draw_tie(svg: ElementTree.Element, spots: dict[str, Spot], origin: str, user: str) -> None:
    if origin not in spots or user not in spots or spots[origin][0] == spots[user][0]:
        return
    (x1, y1), (x2, y2) = spots[origin], spots[user]
    x1, y1, y2 = x1 + _WIDTH, y1 + _HEIGHT // 2, y2 + _HEIGHT // 2
    bend = (x1 + x2) // 2
    add(svg, "path", class_="lineage-tie", d=f"M{x1} {y1} C{bend} {y1} {bend} {y2} {x2} {y2}")


def _draw_node(svg: ElementTree.Element, node: Node, x: int, y: int, *, is_here: bool) -> None:
    title, kind = text_of(node, "title"), str(KIND_WORDS[node.kind])
    parent = add(svg, "a", href=node.url) if node.url and not is_here else add(svg, "g")
    add(parent, "title").text = f"{kind} {title}"
    name = "lineage-node is-here" if is_here else "lineage-node"
    add(
        parent, "rect", class_=name, x=str(x), y=str(y), rx="8",
        width=str(_WIDTH - 2), height=str(_HEIGHT - 2),
    )  # fmt: skip
    write(parent, kind, class_="lineage-kind", x=str(x + 10), y=str(y + 14))
    write(parent, _cut(title), class_="lineage-name", x=str(x + 10), y=str(y + 30))


def _cut(title: str) -> str:
    """Return as much of a title as fits: a Chinese character is as wide as two letters."""
    width, most = 0, 2 * _LETTERS
    for place, letter in enumerate(title):
        width += 2 if ord(letter) > 0x2E7F else 1
        if width > most:
            return title[:place] + "…"
    return title

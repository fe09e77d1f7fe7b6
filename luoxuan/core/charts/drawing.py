"""Small steps of SVG: every text and attribute passes through ElementTree, which escapes it."""

from decimal import Decimal
from xml.etree import ElementTree


def picture(class_name: str, sentence: str, **attributes: str) -> ElementTree.Element:
    """Return an <svg> that a screen reader reads as one sentence."""
    named = {key.replace("_", "-"): value for key, value in attributes.items()}
    return ElementTree.Element(
        "svg", {"class": class_name, "role": "img", "aria-label": sentence, **named}
    )


def add(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    """Add a shape; ``class_`` and ``text_anchor`` become class and text-anchor."""
    named = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    if "viewbox" in named:
        named["viewBox"] = named.pop("viewbox")
    return ElementTree.SubElement(parent, tag, named)


def write(parent: ElementTree.Element, text: str, **attributes: str) -> None:
    """Add a piece of text."""
    add(parent, "text", **attributes).text = text


def place(value: Decimal) -> str:
    """Return a coordinate with one decimal, enough for the eye."""
    return str(value.quantize(Decimal("0.1")))


def markup(element: ElementTree.Element) -> str:
    """Return the drawing as markup."""
    return ElementTree.tostring(element, encoding="unicode")

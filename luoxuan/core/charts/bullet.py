"""The bullet「标靶条」: the value and its target on the bands of its limits."""

from decimal import Decimal

from django.utils.translation import gettext as _

from luoxuan.core.charts.axis import axis_of
from luoxuan.core.charts.drawing import add, markup, picture, place
from luoxuan.core.charts.pictures import CLASS_OF_STATUS, ReadingPicture


def bullet_sentence(reading: ReadingPicture) -> str:
    """Return the value and its limits as one sentence."""
    if reading.value is None:
        parts = [_("无数据")]
    else:
        parts = [_("现实值 %(value)s") % {"value": reading.words(reading.value)}]
    for name, value in (
        (_("预警值 %(value)s"), reading.limits.warning),
        (_("标准值 %(value)s"), reading.limits.standard),
        (_("目标值 %(value)s"), reading.limits.target),
    ):
        if value is not None:
            parts.append(name % {"value": reading.words(value)})
    return _("，").join(parts)


def bullet_svg(reading: ReadingPicture) -> str:
    """Return the bar; the left end is always the bad one, also when lower is better."""
    limits = reading.limits
    known = limits.known() + ([] if reading.value is None else [reading.value])
    lowest, highest = axis_of(known, unit=reading.unit, is_whole_share=True)
    is_mirrored = limits.direction == "LOWER"

    def across(value: Decimal) -> Decimal:
        share = (value - lowest) / (highest - lowest) * 100
        return 100 - share if is_mirrored else share

    svg = picture(
        "bullet", bullet_sentence(reading), viewBox="0 0 100 14", preserveAspectRatio="none"
    )
    add(svg, "rect", class_="zone-none", x="0", y="3", width="100", height="8")
    for name, start, end in limits.zones(lowest, highest):
        left, right = sorted((across(start), across(end)))
        add(svg, "rect", class_=name, x=place(left), y="3", width=place(right - left), height="8")
    if reading.value is not None:
        name = f"bar bar-{CLASS_OF_STATUS.get(reading.status, 'no')}"
        add(svg, "rect", class_=name, x="0", y="5", width=place(across(reading.value)), height="4")
    if limits.target is not None:
        at = min(across(limits.target), Decimal("99.2"))
        add(svg, "rect", class_="target", x=place(at), y="0", width="0.8", height="14")
    return markup(svg)

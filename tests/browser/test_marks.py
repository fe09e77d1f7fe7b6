"""A state is never a colour alone, a chart never a picture alone."""

import re

# The mark before the word: what is left of it when all colour is taken away.
CHIPS = """() => [...document.querySelectorAll(".status:not(.summary-keys *)")].map(chip => {
  const mark = getComputedStyle(chip, "::before");
  return {
    words: chip.textContent.trim(),
    shape: [mark.width, mark.height, mark.borderTopLeftRadius, mark.clipPath,
      mark.borderTopWidth].join(" "),
    kind: [...chip.classList].filter(name => name !== "status").join(" "),
    isDrawn: mark.content !== "none" && parseFloat(mark.width) > 0 && parseFloat(mark.height) > 0,
  };
})"""
CHARTS = """() => [...document.querySelectorAll("main svg[role=img]")].map(svg => ({
  name: svg.getAttribute("aria-label") || "",
  kind: svg.getAttribute("class"),
  last: svg.querySelector(".last")?.textContent || "",
  marks: svg.querySelectorAll(".mark").length,
  twin: [...(svg.closest(".trend")?.nextElementSibling?.querySelectorAll("tbody tr") || [])]
    .map(row => [...row.cells].map(cell => cell.textContent.trim())),
}))"""


class Marks:
    """The marks of states「状态标记」 that a walk has met; the walk in test_pages fills it."""

    def __init__(self) -> None:
        self.shapes: dict[str, set[str]] = {}
        self.words: dict[str, set[str]] = {}

    def look(self, page) -> list[str]:
        """Note the marks of a page; return those that are colour alone."""
        chips = page.evaluate(CHIPS)
        for chip in chips:
            self.shapes.setdefault(chip["kind"], set()).add(chip["shape"])
            self.words.setdefault(chip["words"], set()).add(chip["kind"])
        return [f"mark: {chip}" for chip in chips if not chip["words"] or not chip["isDrawn"]]

    def confused(self) -> list[str]:
        """Return the states that another one's shape stands for, and words of two shapes."""
        found = [f"{kind}: {shapes}" for kind, shapes in self.shapes.items() if len(shapes) > 1]
        distinct = {next(iter(shapes)) for shapes in self.shapes.values()}
        if len(distinct) < len(self.shapes):
            found.append(f"two states of one shape: {self.shapes}")
        return found + [f"{word}: {kinds}" for word, kinds in self.words.items() if len(kinds) > 1]


def test_every_chart_is_one_sentence_and_has_its_numbers_in_a_table(page, users, enter, witness):
    enter(page.context, users["office"])
    page.goto("/indicators/course.pass_share/?kind=TEACHING_CLASS&subject=MATH-1")
    charts = page.evaluate(CHARTS)
    trends = [chart for chart in charts if chart["kind"].startswith("trend")]
    assert {chart["kind"] for chart in charts} == {"bullet", "trend-wide", "trend-phone"}
    page.click(".table-twin summary")
    for chart in trends:
        assert chart["name"] == (
            "通过率：2025 学年第一学期为 90.00 %，2025 学年第二学期为 72.73 %"
            if "学年" in chart["name"]
            else "通过率：2025-1为 90.00 %，2025-2为 72.73 %"
        )
        assert len(chart["twin"]) == chart["marks"] == 2
        values = [row[1] for row in chart["twin"]]
        assert values == ["90.00 %", "72.73 %"]
        assert all(value in chart["name"] for value in values)
        assert chart["last"] == values[-1]
        assert all(row[3] for row in chart["twin"])
    bullet = next(chart for chart in charts if chart["kind"] == "bullet")
    assert bullet["name"] == "现实值 72.73 %，预警值 60.00 %，标准值 80.00 %，目标值 90.00 %"
    # Bullets say their own numbers; they stand beside the value in words.
    for address in ("/indicators/course.pass_share/?kind=COURSE&subject=MATH&period=2025-1",
                    "/subjects/TEACHING_CLASS/MATH-1/"):  # fmt: skip
        page.goto(address)
        shown = page.inner_text("main")
        bullets = [chart for chart in page.evaluate(CHARTS) if chart["kind"] == "bullet"]
        assert bullets
        for chart in bullets:
            value = re.search(r"现实值 ([\d.,]+ %)", chart["name"]).group(1)
            assert value in shown
    assert witness.complaints == []

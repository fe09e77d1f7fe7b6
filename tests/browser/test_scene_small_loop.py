"""Scene 4 on the phone of a course leader: read, answer in two minutes, and wait."""

from luoxuan.core.models import User
from luoxuan.portal.catch_up import catch_up
from luoxuan.testing.browser import axe
from luoxuan.testing.small_loop import (
    END,
    MIDDLE,
    PASSED_END,
    PASSED_MIDDLE,
    PASSED_YEAR_BEFORE,
    import_scores,
    open_story,
    score_file,
)

TERM = "2026-2027-1"
PHONE = {"width": 390, "height": 844}


def test_the_leader_answers_on_the_phone_and_the_end_of_the_term_closes_it(
    page, live_server, enter, witness, tmp_path
):
    people: dict[str, User] = open_story(tmp_path)
    for term, passed in (("2025-2026-1", PASSED_YEAR_BEFORE), (TERM, PASSED_MIDDLE)):
        import_scores(score_file(tmp_path, term, "期中", passed), by=None, at=MIDDLE)
    catch_up(by=None, at=MIDDLE)
    enter(page.context, people["leader"])
    page.set_viewport_size(PHONE)

    # One sentence, fractions of the classes, 46 names folded.
    page.goto("/alerts/")
    page.click(".alert-words a")
    story = page.inner_text(".story")
    assert "考核及格率 61.0 %（72/118），低于预警值 70.0 %" in story
    assert "未答复" in story
    assert [text.split()[0] for text in page.locator(".fractions a").all_inner_texts()] == [
        "28/40", "20/39", "24/39",
    ]  # fmt: skip
    assert page.locator(".name-list li").first.is_hidden()
    page.click("summary:has-text('看名单：46 人')")
    assert page.locator(".name-list li").count() == 46
    assert page.locator(".name-list li").first.is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert axe(page) == []

    # Without a cause nothing is saved, and the page says why.
    page.fill("[name=measure]", "我和王志远：第 13–15 周每周三晚答疑 1 次；作业 48 小时内批改。")
    page.click("main button[type=submit]")
    assert "请至少点选一个原因" in page.inner_text("main")
    witness.console_errors.clear()
    witness.failed_requests.clear()
    assert page.locator(".story").is_visible()

    # Two taps, one box, one tick.
    page.click(".tap-row label:has-text('先修基础薄弱')")
    page.click(".tap-row label:has-text('作业反馈慢')")
    page.check("[name=is_in_place]")
    page.click("main button[type=submit]")
    assert "措施已落实·待复测" in page.inner_text("h1")
    assert "不用再填复测" in page.inner_text("main")
    address = page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert axe(page) == []

    # Nobody does anything; the scores of the end of the term come in.
    path = score_file(tmp_path, TERM, "期末", PASSED_END)
    import_scores(path, by=people["office"], at=END)
    catch_up(by=None, at=END)
    page.goto(address)
    assert "已关闭·有证明" in page.inner_text("h1")
    proof = page.inner_text(".proof")
    assert "61.0 % · 72/118" in proof
    assert "78.0 % · 92/118" in proof
    assert "80.0 %" in proof
    assert "复测通过，自动关闭" in page.inner_text(".timeline")
    before = page.inner_text("main")
    import_scores(path, by=people["office"], at=END)
    catch_up(by=None, at=END)
    page.reload()
    assert page.inner_text("main") == before
    assert witness.complaints == []

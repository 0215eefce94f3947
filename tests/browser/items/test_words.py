"""The words of a question on the page: its lists, its language, without styles, and the way past the bar."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.accessibility import violations
from tests.browser.items.conftest import Shown
from tests.support.every_type import questions
from tests.support.house import shipped_bank

Picture = Callable[[Page, str], None]

NO_STYLES = "() => { for (const sheet of document.styleSheets) sheet.disabled = true; }"
# The pieces of lines that no blank parts from the one before.
TOUCHING = """lines => lines.flatMap(line => [...line.children].slice(1)
  .filter(node => node.previousSibling === node.previousElementSibling).map(node => node.textContent))"""
# The item's texts that bear no language on an English page; the name of a usual folder is the page's.
UNMARKED = """item => {
  document.documentElement.lang = "en";
  const own = new Set();
  const gather = value => {
    if (typeof value === "string" && /[a-z].*[ a-zé]/.test(value)) own.add(value.trim());
    else if (value !== null && typeof value === "object" && !value.role) Object.values(value).forEach(gather);
  };
  gather(item);
  const walker = document.createTreeWalker(document.querySelector("[data-view=test]"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (own.has(node.data.trim()) && node.parentElement.closest("[lang]") === document.documentElement) {
      found.push(node.data.trim());
    }
  }
  return found;
}"""


def test_lines_of_a_stem_are_a_list_with_its_marks_once(shown: Shown, picture: Picture) -> None:
    page = shown(shipped_bank().items.item("2.1-appliquer-une-charte-a")).page
    rows = page.locator("[data-slot=stem]").get_by_role("list").get_by_role("listitem")
    assert rows.count() > 1
    assert page.locator("[data-slot=stem] ol > li").count() == rows.count()
    expect(rows.first).to_have_text("Les messages sans titre clair sont à corriger.")
    mark = rows.first.evaluate("node => getComputedStyle(node, '::before').content")
    assert mark == '"1. "'
    assert rows.evaluate_all("nodes => nodes.map(node => node.value)") == [*range(1, rows.count() + 1)]
    assert violations(page) == []
    picture(page, "stem-list")


def test_every_text_of_a_question_bears_its_language_on_an_english_page(shown: Shown) -> None:
    question = shown(next(iter(questions().values())))
    unmarked = {}
    for item in questions().values():
        question.item = item
        question.show()
        unmarked[item.id] = question.page.evaluate(UNMARKED, question.rendered)
    assert not any(unmarked.values()), unmarked


def test_the_words_of_a_block_stay_apart_without_styles(shown: Shown) -> None:
    page = shown(shipped_bank().items.item("3.4-tenir-un-score-a")).page
    page.evaluate(NO_STYLES)
    lines = page.locator(".bp__words")
    assert lines.count() > 1
    assert lines.evaluate_all(TOUCHING) == []


def test_the_first_stop_of_the_tab_key_leads_past_the_bar(shown: Shown, picture: Picture) -> None:
    page = shown(next(iter(questions().values()))).page
    page.evaluate("document.activeElement.blur()")
    link = page.get_by_role("link", name="Aller au contenu")
    for _ in range(6):
        page.keyboard.press("Shift+Tab")
        if link.evaluate("node => node === document.activeElement"):
            break
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport(ratio=1)
    picture(page, "skip-link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert page.get_by_role("main").evaluate("node => getComputedStyle(node).outlineStyle") == "none"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")

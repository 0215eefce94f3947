"""What every page must hold in every state: nothing for axe-core, nothing too wide, no word of a program."""

import re

from playwright.sync_api import Page

from tests.browser.accessibility import violations
from tests.browser.conftest import ARTIFACTS, LAPTOP, NARROW, ZOOMED

_WIDER = """async () => {
  const wider = () => document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth;
  // A page that has just been resized settles; one that is too wide stays so.
  for (let tries = 0; tries < 40 && wider() > 0; tries += 1) await new Promise((go) => setTimeout(go, 25));
  if (wider() <= 0) return null;
  const { clientWidth } = document.scrollingElement;
  const all = [...document.querySelectorAll("main *, header *")];
  const wide = all.filter((one) => one.getBoundingClientRect().right > clientWidth);
  const names = wide.map(({ tagName, className }) => `${tagName}.${className}`);
  return `${wider()} px: ${names.slice(0, 5)}`;
}"""
_NAMELESS = """() => [...document.querySelectorAll("main table")]
  .filter((one) => !one.caption && !one.ariaLabel && !one.ariaLabelledByElements?.length)
  .map((one) => one.className)"""
_SKIPS = """() => document.querySelector("a[href], button, input, select")?.getAttribute("href") === "#main"
  && document.querySelectorAll("main#main[tabindex='-1']").length === 1"""
_OF_A_PROGRAM = re.compile(r".{0,30}(?:\bundefined\b|\bNaN\b|\[object |\bobject at 0x|\{[a-z_]+\}).{0,30}")
"""What a page says that was handed a thing instead of a word, or a sentence whose blank nobody filled."""


def faults(page: Page, *, colours: bool = True) -> list[str]:
    """What is wrong with the page as it stands: for axe on a laptop, by its width there, at 200 %, on 320 px.

    Without `colours` their contrast is not looked at again: it is the same in every language.
    """
    found = [*_sideways(page, "1366 px"), *violations(page, colours=colours)]
    found += [f"says {words}" for words in _OF_A_PROGRAM.findall(_own_words(page))]
    found += [] if page.evaluate(_SKIPS) else ["no link leads past what comes before the content"]
    found += [f"a table has no name: {table}" for table in page.evaluate(_NAMELESS)]
    for where, window in (("200 %", ZOOMED), ("320 px", NARROW)):
        page.set_viewport_size(window)
        found += _sideways(page, where)
    page.set_viewport_size(LAPTOP)
    return found


def picture(page: Page, name: str) -> None:
    """Keeps what a state looks like, for people to look at."""
    ARTIFACTS.mkdir(exist_ok=True)
    plain = "".join(letter if letter.isalnum() else "-" for letter in name).strip("-")
    page.screenshot(path=ARTIFACTS / f"{plain}.png")
    page.set_viewport_size(ZOOMED)
    page.screenshot(path=ARTIFACTS / f"{plain}-zoom.png")
    page.set_viewport_size(LAPTOP)


def _sideways(page: Page, where: str) -> list[str]:
    wider = page.evaluate(_WIDER)
    return [f"wider than the window at {where} by {wider}"] if wider else []


def _own_words(page: Page) -> str:
    """Everything that the page says, without the files of questions that it quotes."""
    words = page.locator("body").inner_text()
    for quoted in page.locator(".source").all_inner_texts():
        words = words.replace(quoted, "")
    return words

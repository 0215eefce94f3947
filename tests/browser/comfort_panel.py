"""The comfort settings as a candidate meets them: the button, the panel, what they do to the page."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

BUTTON = "Confort de lecture"
SIZES = {"683 px": (683, 384), "320 px": (320, 640), "400 %": (320, 256)}

# What is wider than the window and cannot be scrolled to inside a box of its own.
_OUT_OF_SIGHT = """() => {
  const { clientWidth, scrollWidth } = document.scrollingElement;
  const boxed = (node) => {
    for (let box = node.parentElement; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== "visible") return true;
    }
    return false;
  };
  const wide = [...document.querySelectorAll("main *, header *, footer *")].filter((node) => {
    const { right, width } = node.getBoundingClientRect();
    return width > 1 && right > clientWidth + 1 && !boxed(node);
  });
  const names = wide.slice(0, 5).map(({ tagName, className }) => `${tagName}.${className}`);
  return scrollWidth > clientWidth || names.length ? [`${scrollWidth} px in ${clientWidth}`, ...names] : [];
}"""
# Everything that can be pressed in this part of the page, with its smaller side in CSS pixels.
_TARGETS = """(part) => [...part.querySelectorAll("button, input, a")]
  .map((node) => node.closest("label") ?? node)
  .filter((node) => node.checkVisibility())
  .map((node) => [node.innerText, Math.min(node.offsetWidth, node.offsetHeight)])"""


class ComfortPanel:
    """One candidate's settings at one screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def button(self) -> Locator:
        """What opens and closes the panel."""
        return self.page.get_by_role("button", name=BUTTON)

    @property
    def panel(self) -> Locator:
        """The panel, by its name."""
        return self.page.get_by_role("region", name=BUTTON)

    def open(self) -> None:
        """By the button."""
        self.button.click()
        expect(self.panel).to_be_visible()

    def close(self) -> None:
        """By its own button; the focus is back on the one that opened it."""
        self.panel.get_by_role("button", name="Fermer").click()
        expect(self.panel).to_be_hidden()
        expect(self.button).to_be_focused()

    def choose(self, group: str, choice: str) -> None:
        """One of several."""
        self.panel.get_by_role("group", name=group).get_by_role("radio", name=choice, exact=True).check()

    def switch(self, name: str) -> None:
        """On or off."""
        self.panel.get_by_role("checkbox", name=name).click()

    def style(self, selector: str, name: str) -> str:
        """What the browser has come to for the first such element."""
        script = "(node, name) => getComputedStyle(node).getPropertyValue(name)"
        return str(self.page.locator(selector).first.evaluate(script, name))

    def pixels(self, selector: str, name: str) -> float:
        """The same, as a number of pixels."""
        return float(self.style(selector, name).removesuffix("px"))


def out_of_sight(page: Page) -> list[str]:
    """What is wider than the window; nothing, where nothing is."""
    found: list[str] = page.evaluate(_OUT_OF_SIGHT)
    return found


def small_targets(part: Locator) -> list[Any]:
    """What can be pressed and is smaller than a finger."""
    return [target for target in part.evaluate(_TARGETS) if target[1] < 44]


def practising(page: Page) -> ComfortPanel:
    """Somebody at the practice page, once its script is there."""
    expect(page.get_by_role("heading", name="Essayer le confort de lecture")).to_be_focused()
    return ComfortPanel(page)

"""Somebody without a mouse: keys alone, and after every one the focus is somewhere, seen, and not covered."""

from collections import Counter
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page

MOST_TABS = 90

# Nothing where all is well, else what is wrong with where the focus is.
_FOCUS = """(whole) => {
  const here = document.activeElement;
  if ([null, document.body, document.documentElement].includes(here)) return "the focus is lost";
  const words = here.textContent.trim().slice(0, 40);
  const named = `<${here.tagName.toLowerCase()} class="${here.className}"> “${words}”`;
  // A heading to which the page leads is where reading goes on, not a control: it needs no ring.
  const read = here.matches("h1[tabindex='-1'], h2[tabindex='-1'], .drive__question[tabindex='-1']");
  const ringed = (node) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  const ring = [here, here.closest("label")].find((node) => node !== null && ringed(node));
  const seen = ring ?? (read ? here : null);
  if (seen === null) return `no ring on ${named}`;
  const { left, top, width, height } = seen.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  const points = parts.flatMap((x) => parts.map((y) => [left + x * width, top + y * height]));
  const hit = ([x, y]) => seen.contains(document.elementFromPoint(x, y));
  return (whole ? points.every(hit) : points.some(hit)) ? "" : `covered or out of sight: ${named}`;
}"""
# 0 there; 2 another of the same group of radio buttons; else the way of the Tab key.
_WAY = """node => {
  const here = document.activeElement;
  if (here === node) return 0;
  if (here.type === "radio" && node.type === "radio" && here.name === node.name) return 2;
  return here.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING ? -1 : 1;
}"""
_IN_GROUP = """node => {
  const group = [...document.querySelectorAll(`input[name="${CSS.escape(node.name)}"]`)];
  return group.indexOf(node) - group.indexOf(document.activeElement);
}"""

_STEPS = """(node, value) =>
  [...node.options].findIndex((option) => option.value === value) - node.selectedIndex"""


@dataclass
class Keyboard:
    """The keys of one window; `pressed` counts them under the name that is set in `counting`.

    What has the focus must be in sight: a part of it at least, all of it where that is asked for by `whole`.
    """

    page: Page
    counting: str = ""
    whole: bool = False
    pressed: Counter[str] = field(default_factory=Counter)

    def press(self, *keys: str) -> None:
        """Presses these keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed[self.counting] += 1
            self.look(key)

    def look(self, after: str) -> None:
        """The focus must be somewhere that is seen."""
        wrong = self.page.evaluate(_FOCUS, self.whole)
        assert wrong == "", f"{self.counting}, after {after}: {wrong}"

    def type(self, text: str) -> None:
        """Types a text where the focus is."""
        self.page.keyboard.type(text)
        self.pressed[self.counting] += len(text)
        self.look(f"typing {text!r}")

    def type_over(self, text: str) -> None:
        """Types a text in place of what stands in the field that has the focus."""
        self.press("ControlOrMeta+a")
        if text:
            self.type(text)
        else:
            self.press("Delete")

    def to(self, target: Locator) -> None:
        """Goes there by Tab or Shift+Tab, whichever is the way."""
        for _ in range(MOST_TABS):
            way = target.evaluate(_WAY)
            if way == 0:
                return
            if way == 2:
                self._along(target)
                return
            self.press("Tab" if way > 0 else "Shift+Tab")
        raise AssertionError(f"{self.counting}: Tab does not reach {target}")

    def _along(self, radio: Locator) -> None:
        """Inside a group of radio buttons the arrows lead on, and choose."""
        steps = int(radio.evaluate(_IN_GROUP))
        self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))

    def push(self, target: Locator) -> None:
        """Goes to a button and presses it."""
        self.to(target)
        self.press("Enter")

    def tick(self, box: Locator, ticked: bool = True) -> None:
        """Goes to a box and makes it so."""
        if box.is_checked() != ticked:
            self.to(box)
            self.press("Space")
        assert box.is_checked() == ticked

    def choose(self, radio: Locator) -> None:
        """Goes to a radio button and chooses it."""
        if not radio.is_checked():
            self.to(radio)
            if not radio.is_checked():
                self.press("Space")
        assert radio.is_checked()

    def pick(self, select: Locator, value: str) -> None:
        """Goes to a closed list and picks by the arrows, as Windows and Linux do it."""
        self.to(select)
        for _ in range(60):
            steps = int(select.evaluate(_STEPS, value))
            if steps == 0:
                return
            self.press("ArrowDown" if steps > 0 else "ArrowUp")
        raise AssertionError(f"{self.counting}: the arrows do not reach {value!r} in {select}")

    def roam(self, rows: Locator, target: Locator) -> None:
        """Goes into a list that is one stop of the Tab key, and to one of its rows by the arrows."""
        self.to(rows.and_(self.page.locator("[tabindex='0']")))
        place = "(node, rows) => rows.indexOf(node) - rows.indexOf(document.activeElement)"
        steps = int(target.evaluate(place, rows.element_handles()))
        self.press(*["ArrowDown" if steps > 0 else "ArrowUp"] * abs(steps))

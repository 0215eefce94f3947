"""What axe-core finds wrong on a page: nothing, on every page and in every state."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

(_PACKAGE,) = axe_playwright_python.__path__
_AXE = (Path(_PACKAGE) / "axe.min.js").read_text(encoding="utf-8")
_RUN = """async (colours) => {
  const where = document.querySelector("dialog[open]") ?? document; // what lies behind one cannot be reached
  const rules = { "color-contrast": { enabled: colours } };
  const { violations } = await axe.run(where, { resultTypes: ["violations"], rules });
  const said = (node) => [node.target.join(" "), node.failureSummary];
  return violations.map(({ id, nodes }) => [id, nodes.map(said)]);
}"""


def violations(page: Page, *, colours: bool = True) -> list[str]:
    """Each violation of the page as it is now: the rule, the place, what is wrong there.

    Axe comes in by the debugger: the page's own rule for scripts stays as it is.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)
    found: list[Any] = page.evaluate(_RUN, colours)
    return [f"{rule}: {target}: {why}" for rule, nodes in found for target, why in nodes]

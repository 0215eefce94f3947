"""axe-core over a page: the barriers that a machine can find."""

from importlib.resources import files

from playwright.sync_api import Page

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = "axe.run(document, {resultTypes: ['violations']}).then((found) => found.violations)"


def barriers(page: Page) -> list[str]:
    """Each violation with the elements that it is about; an empty list is what a page must have."""
    page.evaluate(AXE)
    return [
        f"{one['id']} ({one['impact']}): {', '.join(str(node['target']) for node in one['nodes'])}"
        for one in page.evaluate(RUN)
    ]

"""What axe-core finds wrong on a page: nothing, on every page and in every state."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()


def violations(page: Page) -> list[str]:
    """Each violation of the page as it is now: the rule, and the first places where it is broken."""
    found = _AXE.run(page).response["violations"]
    return [f"{one['id']}: {[node['html'][:200] for node in one['nodes'][:3]]}" for one in found]

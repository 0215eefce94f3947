"""One item on the candidate's page without a server: templates, scripts, styles and headers as they ship."""

import mimetypes
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, Route

from exam_server.web.guard import CONTENT_SECURITY_POLICY
from exam_server.web.pages import STATIC, page_environment
from question_bank.item_types.jsonvalues import Json, JsonObject
from question_bank.item_types.table import is_correct, render_item
from question_bank.items import ItemVersion

SEED = 20_260_611
# In the place of the page's own script: one question is shown, and what the candidate gives is kept.
_SCRIPT = """
import { draftOf } from "./items/index.js";
import { readTexts } from "./lib/texts.js";
import { createTest } from "./views/test.js";
const root = document.querySelector('[data-view="test"]');
const test = createTest(root, readTexts(), {
  onChange: (content) => (window.given = content),
  onFinish: (content) => (window.finished = content),
});
window.show = (item, draft) => {
  for (const view of document.querySelectorAll("[data-view]")) view.hidden = view !== root;
  Object.assign(window, { given: null, finished: null });
  test.showItem(item, draft, { n: 5, of: 32 });
  test.focus();
};
window.draft = (item) => draftOf(item, window.given);
window.lock = () => test.lock(true, "…");
"""


@dataclass
class ItemPage:
    """An item on the screen, and what the page would send of it."""

    page: Page
    item: ItemVersion

    def open(self, draft: Json = None) -> None:
        """Loads the page and shows the item."""
        self.page.route("**/*", _from_sources)
        self.page.goto("/exam")
        self.page.wait_for_function("() => 'show' in window")
        self.show(draft)

    @property
    def rendered(self) -> JsonObject:
        """The item as the server would send it."""
        shown = dict(render_item(self.item, SEED))
        shown["stem"] = shown.pop("stem_blocks")
        return shown

    def show(self, draft: Json = None) -> None:
        """Shows it, with what is already known of its response."""
        self.page.evaluate("([item, draft]) => window.show(item, draft)", [self.rendered, draft])

    @property
    def given(self) -> JsonObject | None:
        """What the candidate has given so far, or None."""
        told: JsonObject | None = self.page.evaluate("window.given")
        return told

    @property
    def finished(self) -> JsonObject | None:
        """What was validated, or None."""
        taken: JsonObject | None = self.page.evaluate("window.finished")
        return taken

    def validate(self) -> JsonObject | None:
        """Presses the button; what was taken, or None when something is missing."""
        self.page.evaluate("window.finished = null")
        self.page.get_by_role("button", name="Valider et continuer").click()
        return self.finished

    def draft(self) -> JsonObject | None:
        """What a draft would tell the server now."""
        told: JsonObject | None = self.page.evaluate("(item) => window.draft(item)", self.rendered)
        return told

    def lock(self) -> None:
        """As while a response is on its way."""
        self.page.evaluate("window.lock()")

    @property
    def problem(self) -> Locator:
        """The sentence that says what is missing."""
        return self.page.get_by_role("alert")

    def is_right(self, content: JsonObject | None) -> bool:
        """How the server marks it."""
        return content is not None and is_correct(self.item, SEED, content)


def _from_sources(route: Route) -> None:
    """The test's page and its static files; the script is the one above."""
    path = urlsplit(route.request.url).path
    if path == "/exam":
        page = page_environment(ZoneInfo("Europe/Paris")).get_template("client/exam.html")
        body, kind = page.render(lang="fr", items=32, duration_minutes=60), "text/html"
    elif path.endswith("/js/exam.js"):
        body, kind = _SCRIPT, "text/javascript"
    else:
        prefix, rest = path.removeprefix("/static/").split("/", 1)
        body = (STATIC[prefix] / rest).read_text(encoding="utf-8")
        kind = mimetypes.guess_type(path)[0] or "text/plain"
    headers = {"content-security-policy": CONTENT_SECURITY_POLICY, "content-type": f"{kind}; charset=utf-8"}
    route.fulfill(body=body, headers=headers)

// The author's preview: the candidate's own view of one item, what a tried response is worth, other ways of seeing.

import { slot, write } from "/static/client/js/lib/dom.js";
import { createTexts, fill, readTexts } from "/static/client/js/lib/texts.js";
import { createTest } from "/static/client/js/views/test.js";
import { spoken } from "./spoken.js";

const json = (id) => JSON.parse(document.getElementById(id).textContent);
const item = json("item");
const say = createTexts(json("author-texts"));
const view = document.querySelector('[data-view="test"]');

async function tried(content) {
  const answer = await fetch(`${location.pathname}/mark${location.search}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
  });
  const worth = await answer.json();
  const verdict = slot(document, "verdict");
  if (verdict === null) return;
  verdict.hidden = false;
  verdict.className = `notice notice--${worth.correct ? "ok" : "warn"}`;
  const word = worth.correct ? "right" : content.skip ? "skipped" : "wrong";
  write(verdict, worth.problem ? fill(say("refused"), { code: worth.problem }) : say(word));
  verdict.scrollIntoView({ block: "nearest" });
}

const test = createTest(view, readTexts(), { onChange: () => {}, onFinish: tried });
view.hidden = false;
test.showItem(item, null, { n: 1, of: 32 });
document.documentElement.dataset.ready = "";

const list = slot(document, "spoken");
list?.append(...spoken(view).map((line) => Object.assign(document.createElement("li"), { textContent: line })));

slot(document, "mode")?.addEventListener("change", (event) => {
  document.documentElement.dataset.mode = event.target.value;
});

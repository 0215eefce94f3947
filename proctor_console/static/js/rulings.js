/** Rulings on candidates: what one would change is shown before it can be taken, or reversed. */

import { ask } from "./lib/dialog.js";
import { el, setText } from "./lib/dom.js";
import { bodyOf, clear, kindsOf, showRefusal } from "./lib/fields.js";
import { postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

const NOTHING = "—";

/** A result in words: its status, with the reason where it has one. */
const statusOf = ({ status, reason }) => (reason ? `${status} (${reason})` : status);
const shown = (value) => (value === null ? NOTHING : String(value));

/** The lines of an effect: what it is about, before, after. Levels that stay are not in it. */
export function linesOf({ before, after, levels }, say) {
  return [
    { label: say("effect_status"), before: statusOf(before), after: statusOf(after) },
    { label: say("effect_score"), before: shown(before.score), after: shown(after.score) },
    ...levels.map(({ code, label, before: old, after: now }) => ({ code, label, before: shown(old), after: shown(now) })),
  ];
}

/** What a form asks for: items are left out by the ruling that does so, and by no other. */
export function wishOf(body) {
  return body.kind === "leave_out" ? body : { ...body, positions: [] };
}

function row({ code, label, before, after }, say) {
  const name = code ? [`${say("effect_level")} ${code} `, el("span", { class: "soft small", lang: "fr", text: label })] : [label];
  const later = el("td", { class: before === after ? "" : "effect__after", text: after });
  return el("tr", {}, el("th", { scope: "row" }, ...name), el("td", { text: before }), later);
}

/** The effect as a table; `heading` names the column of what would be. */
function drawing(effect, heading, say) {
  const heads = ["", say("effect_now"), say(heading)].map((text) => (text ? el("th", { scope: "col", text }) : el("td")));
  const rows = linesOf(effect, say).map((line) => row(line, say));
  const table = el("table", { class: "table effect__table", "aria-label": say("effect_label") }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  const same = effect.changes ? (effect.levels.length === 0 ? "effect_levels_same" : "") : "effect_none";
  const scroll = el("div", { class: "table-scroll effect", tabindex: "0", role: "group", "aria-label": say("effect_label") }, table);
  return same ? [scroll, el("p", { class: "soft", text: say(same) })] : [scroll];
}

/** Shows what belongs to the chosen kind of ruling, and nothing else. */
function fit(form) {
  const kind = form.elements.kind.value;
  for (const part of form.querySelectorAll("[data-only]")) part.hidden = part.dataset.only !== kind;
}

function prepareForm(form, say) {
  const effect = form.querySelector("[data-effect]");
  const look = form.querySelector("[data-look]");
  const wish = () => wishOf(bodyOf(new FormData(form), kindsOf(form)));
  let busy = false;

  const once = async (button, work) => {
    if (busy) return;
    busy = true;
    button.setAttribute("aria-disabled", "true");
    clear(form);
    try {
      await work();
    } catch (error) {
      showRefusal(form, error);
    } finally {
      busy = false;
      button.removeAttribute("aria-disabled");
    }
  };
  const showEffect = () =>
    once(look, async () => {
      const asked = wish();
      const found = await postJson(form.dataset.effectAddress, asked, say);
      if (JSON.stringify(asked) !== JSON.stringify(wish())) return; // changed while it was looked up
      effect.querySelector("[data-shown]").replaceChildren(...drawing(found, "effect_with", say));
      effect.hidden = false;
      effect.focus();
    });
  const take = (button) =>
    once(button, async () => {
      const done = await postJson(form.getAttribute("action"), wish(), say);
      location.assign(done.next);
    });

  form.addEventListener("change", ({ target }) => {
    fit(form);
    if (target.name !== "reason") effect.hidden = true; // what was shown is of another wish
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (effect.hidden) showEffect();
    else take(form.querySelector("[data-take]"));
  });
  look.addEventListener("click", showEffect);
  fit(form);
}

/** Asks before a ruling is reversed, with what that would change in front of the eyes. */
async function reverse(button, address, say) {
  const dialog = document.getElementById("dialog-reverse");
  const ruling = Number(button.dataset.reverse);
  const place = dialog.querySelector("[data-shown]");
  setText(dialog.querySelector("[data-who]"), button.dataset.who);
  place.replaceChildren();
  const look = postJson(`${address}/reverse/effect`, { ruling }, say);
  look.then(
    (effect) => {
      place.replaceChildren(...drawing(effect, "effect_without", say));
      place.firstElementChild.focus(); // it is looked at before a reason is written
    },
    (error) => place.replaceChildren(el("p", { class: "field__error", text: [error.message, error.remedy].filter(Boolean).join(" ") })),
  );
  const done = await ask(dialog, {
    send: async ({ reason }) => {
      await look; // nothing is reversed unseen
      return postJson(`${address}/reverse`, { ruling, reason }, say);
    },
  });
  if (done !== null) location.reload();
}

function start() {
  const say = pageTexts();
  for (const form of document.querySelectorAll("form[data-ruling]")) prepareForm(form, say);
  for (const button of document.querySelectorAll("[data-reverse]")) {
    button.addEventListener("click", () => reverse(button, location.pathname, say));
  }
}

if (typeof document !== "undefined") start();

/** Forms that are sent as JSON: checked, sent once, then the next page or what is wrong. */

import { el } from "./lib/dom.js";
import { bodyOf, clear, fieldNames, kindsOf, registeredLines, showByField, showRefusal, showSummary, sorted } from "./lib/fields.js";
import { postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

/** The fields that are required and empty, as problems of the same shape as the server's. */
function missing(form, say) {
  return [...form.elements]
    .filter((field) => field.required && field.name && !field.checkValidity())
    .map((field) => ({ field: field.name, problem: field.validity.valueMissing ? say("field_missing") : field.validationMessage }));
}

async function submit(form, say) {
  if (form.dataset.sending) return;
  clear(form);
  const consent = form.querySelector("[data-consent]");
  if (consent && !consent.checked) {
    showSummary(form, { kind: "warn", title: say("consent_missing") });
    consent.focus();
    return;
  }
  const { byField } = sorted(missing(form, say), fieldNames(form));
  if (showByField(form, byField)) return;
  const button = form.querySelector("button:not([type=button])");
  const words = button.textContent;
  form.dataset.sending = "yes";
  button.disabled = true;
  button.textContent = say("sending");
  let leaving = false;
  try {
    const url = "here" in form.dataset ? location.pathname : form.getAttribute("action");
    const answer = await postJson(url, bodyOf(new FormData(form), kindsOf(form)), say);
    leaving = await done(form, answer, say);
  } catch (error) {
    button.disabled = false;
    showRefusal(form, error);
  } finally {
    delete form.dataset.sending;
    if (!leaving) {
      button.disabled = false;
      button.textContent = words;
    }
  }
}

/** After success: follow the server's next page, tell who was registered, or say that it is done. True when leaving. */
async function done(form, answer, say) {
  if (answer.next) {
    location.assign(answer.next);
    return true;
  }
  if (form.dataset.show === "again") {
    location.reload();
    return true;
  }
  if (form.dataset.show === "registered") {
    const { title, refused } = registeredLines(answer, say);
    if (refused.length === 0) {
      location.reload();
      return true;
    }
    const reload = el("a", { class: "button button--small", href: location.pathname, text: say("registered_reload") });
    const lines = el("ul", {}, ...refused.map((text) => el("li", { text })));
    showSummary(form, { kind: "warn", title, more: [el("p", { text: say("registered_refused") }), lines, reload] });
    return false;
  }
  showSummary(form, { kind: "", title: say("done") });
  return false;
}

function start() {
  const say = pageTexts();
  for (const form of document.querySelectorAll("form[data-json]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      submit(form, say);
    });
  }
  for (const output of document.querySelectorAll("[data-product]")) product(output);
  for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());
}

/** An output that multiplies two fields of its form: the places of a room. */
function product(output) {
  const fields = output.dataset.product.split(" ").map((name) => output.form.elements[name]);
  const tell = () => {
    const n = fields.reduce((all, field) => all * (Number.parseInt(field.value, 10) || 0), 1);
    const text = n === 1 ? output.dataset.one : output.dataset.text;
    output.textContent = n > 0 ? text.replace("{n}", String(n)) : "";
  };
  for (const field of fields) field.addEventListener("input", tell);
  tell();
}

start();

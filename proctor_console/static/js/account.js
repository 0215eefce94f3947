/** One's account: adding a passkey or a one-time code, removing one, trying to confirm. */

import { confirmed } from "./lib/confirmation.js";
import { ask } from "./lib/dialog.js";
import { setText } from "./lib/dom.js";
import { clear, showByField, showRefusal, showSummary } from "./lib/fields.js";
import { createPasskey, passkeysWork } from "./lib/passkeys.js";
import { postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

const say = pageTexts();
const part = (name) => document.querySelector(`[data-part="${name}"]`);

/** Runs a form's work once at a time; what is refused is said in the form. */
function onSubmit(form, work) {
  const button = form.querySelector("button");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    clear(form);
    const empty = [...form.elements].filter(({ required, value }) => required && value.trim() === "");
    if (showByField(form, new Map(empty.map(({ name }) => [name, [say("field_missing")]])))) return;
    button.disabled = true;
    try {
      await work(Object.fromEntries(new FormData(form)));
    } catch (error) {
      showRefusal(form, { problems: [], ...error, message: error.message });
    } finally {
      button.disabled = false;
    }
  });
}

async function addPasskey({ name, password = "" }) {
  const { challenge, options } = await postJson("/account/passkeys/begin", { password }, say);
  const passkey = await createPasskey(options, say);
  location.assign((await postJson("/account/passkeys", { challenge, name, passkey }, say)).next);
}

async function beginCode({ password = "" }) {
  const { secret, picture } = await postJson("/account/code/begin", { password }, say);
  part("begin-code").hidden = true;
  part("picture").src = picture;
  setText(part("secret"), secret);
  part("code").hidden = false;
  part("code").focus();
}

async function remove({ dataset }) {
  const dialog = document.getElementById(`dialog-${dataset.remove}`);
  const body = JSON.parse(dataset.body ?? "{}");
  const done = await ask(dialog, {
    prepare: () => dataset.who && setText(dialog.querySelector("[data-who]"), dataset.who),
    send: ({ password = "" }) => postJson(dataset.action, { ...body, password }, say),
  });
  if (done) location.assign(done.next);
}

async function tryIt(form) {
  const done = await confirmed("/account/trial", {}, say);
  if (done) showSummary(form, { kind: "", title: say(`tried_${done.method}`) });
}

function start() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = !passkeysWork();
    onSubmit(form, addPasskey);
  }
  for (const form of document.querySelectorAll("form[data-code]")) onSubmit(form, beginCode);
  for (const form of document.querySelectorAll("form[data-try]")) onSubmit(form, () => tryIt(form));
  for (const button of document.querySelectorAll("[data-remove]")) button.addEventListener("click", () => remove(button));
  if (part("no-passkeys")) part("no-passkeys").hidden = passkeysWork();
}

start();

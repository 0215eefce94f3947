/** A decision's page: the reason is fetched only when it is asked for, and stands nowhere but on the screen. */

import { setText } from "./lib/dom.js";
import { postForm, postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

const say = pageTexts();
const part = (name) => document.querySelector(`[data-part="${name}"]`);

function refused(error) {
  setText(part("refused"), [error.message, error.remedy].filter(Boolean).join(" "));
  part("refused").hidden = false;
}

async function readReason(button) {
  part("refused").hidden = true;
  try {
    const reason = await postJson(button.dataset.read, {}, say);
    const shown = part("reason");
    for (const slot of shown.querySelectorAll("[data-slot]")) setText(slot, reason[slot.dataset.slot] || "—");
    shown.hidden = false;
    shown.focus();
  } catch (error) {
    refused(error);
  }
}

/** Saved under the name that the server gives; the address of the file holds nothing of it. */
async function download(button) {
  const reply = await fetch(button.dataset.download, { method: "POST" });
  if (!reply.ok) return refused((await reply.json()).error);
  const name = /filename\*=UTF-8''([^;]+)/.exec(reply.headers.get("content-disposition") ?? "")?.[1] ?? "piece";
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(await reply.blob()), download: decodeURIComponent(name) });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

for (const button of document.querySelectorAll("[data-read]")) button.addEventListener("click", () => readReason(button));
for (const button of document.querySelectorAll("[data-download]")) button.addEventListener("click", () => download(button));
for (const form of document.querySelectorAll("form[data-evidence]")) {
  form.addEventListener("change", async () => {
    try {
      await postForm(form.getAttribute("action"), new FormData(form), say);
      location.reload();
    } catch (error) {
      refused(error);
    }
  });
}

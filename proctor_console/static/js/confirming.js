/**
 * What is asked about before it is done: a button names its dialog, the address and what to write there, and whom it is
 * about. What is filled in in the dialog is written too.
 */

import { ask } from "./lib/dialog.js";
import { setText } from "./lib/dom.js";
import { postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

/** Asks; once it is done, goes to the server's next page, or shows this one as it is now. */
async function confirm({ dataset }, say) {
  const dialog = document.getElementById(`dialog-${dataset.ask}`);
  const done = await ask(dialog, {
    prepare: () => dataset.who && setText(dialog.querySelector("[data-who]"), dataset.who),
    send: (fields) => postJson(dataset.action, { ...JSON.parse(dataset.body ?? "{}"), ...fields }, say),
  });
  if (done === null) return;
  if (done.next) location.assign(done.next);
  else location.reload();
}

const say = pageTexts();
for (const button of document.querySelectorAll("[data-ask]")) button.addEventListener("click", () => confirm(button, say));

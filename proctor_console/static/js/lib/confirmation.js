/**
 * Confirms an act with a passkey, or with the password and a one-time code.
 *
 * The page includes the dialog of `confirmation.html` and its words. The same address is posted to twice: with
 * `ask` it gives what there is to sign, with the proof it does what is confirmed.
 */

import { ask } from "./dialog.js";
import { passkeysWork, usePasskey } from "./passkeys.js";
import { postJson } from "./send.js";

/** The way that is offered first, of those that the person has and that work here. */
export const firstWay = ({ has_passkey, has_code }, works) => (has_passkey && works ? "passkey" : has_code ? "code" : "none");

/** Shows one way. Enter presses the first button that sends, also a hidden one: only the one that is shown may send. */
function show(dialog, way) {
  for (const one of dialog.querySelectorAll("[data-way]")) one.hidden = one.dataset.way !== way;
  for (const button of dialog.querySelectorAll("[data-proof]")) button.type = button.hidden ? "button" : "submit";
  dialog.querySelector(way === "code" ? "[data-way=code] input" : `[data-proof][data-way="${way}"], [data-way="${way}"] a`)?.focus();
}

/**
 * Asks, has it confirmed, does it. Promises what the server answered, or null where the person left the dialog;
 * throws the server's refusal where there is nothing to confirm.
 */
export async function confirmed(url, body, say, dialog = document.getElementById("dialog-confirmation")) {
  const offer = () => postJson(url, { ...body, ask: true }, say);
  let asked = await offer();
  const works = passkeysWork();
  const toOther = (event) => show(dialog, event.currentTarget.dataset.to);
  const others = [...dialog.querySelectorAll("[data-to]")];
  for (const button of others) {
    button.hidden = !(asked.has_passkey && asked.has_code && works);
    button.addEventListener("click", toOther);
  }
  const answer = ask(dialog, {
    send: async ({ password, code }, button) => {
      const proof = button?.value === "passkey" ? { passkey: await usePasskey(asked.options, say) } : { password, code };
      try {
        return await postJson(url, { ...body, challenge: asked.challenge, ...proof }, say);
      } catch (error) {
        if (error.code === "challenge_over") asked = await offer();
        throw error;
      }
    },
  });
  show(dialog, firstWay(asked, works));
  return answer.finally(() => {
    for (const button of others) button.removeEventListener("click", toOther);
  });
}

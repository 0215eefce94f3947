/** Extra time: reads "1/3" or "25 %", shows the minutes that follow at once, saves on its own. */

import { setAttribute, setText } from "./lib/dom.js";
import { minutesLength } from "./lib/format.js";
import { postJson } from "./lib/send.js";
import { pageTexts } from "./lib/texts.js";

const MOST = 3; // three times the base again is taken for a slip of the keyboard, as on the server

/** The exact fraction of what was typed ({top, bottom}), or null. Empty is none; 33 % is read as one third, as people mean it. */
export function readFraction(typed) {
  const text = typed.trim();
  if (text === "") return { top: 0, bottom: 1 };
  const fraction = /^(\d{1,3})\s*\/\s*(\d{1,3})$/.exec(text);
  if (fraction) return bounded(Number(fraction[1]), Number(fraction[2]));
  const percent = /^(\d{1,3})(?:[.,](\d{1,2}))?\s*%?$/.exec(text);
  if (!percent) return null;
  const hundredths = Number(percent[1]) * 100 + Number((percent[2] ?? "").padEnd(2, "0"));
  return hundredths === 3300 || hundredths === 3333 ? { top: 1, bottom: 3 } : bounded(hundredths, 10_000);
}

function bounded(top, bottom) {
  if (bottom === 0 || top > MOST * bottom) return null;
  const common = divisor(top, bottom);
  return { top: top / common, bottom: bottom / common };
}

const divisor = (a, b) => (b === 0 ? a : divisor(b, a % b));

/** The base time behind a candidate’s present minutes (rounded up, as the server does) and fraction. */
export const baseMinutes = (allowed, { top, bottom }) => Math.floor((allowed * bottom) / (top + bottom));

/** The whole minutes that a fraction gives on a base, rounded up. */
export const minutesWith = (base, { top, bottom }) => Math.ceil((base * (top + bottom)) / bottom);

const same = (a, b) => a.top === b.top && a.bottom === b.bottom;

function wire(form, say) {
  const field = form.elements.fraction;
  const save = form.querySelector("button");
  const says = form.querySelector("[data-says]");
  let kept = readFraction(form.dataset.fraction) ?? { top: 0, bottom: 1 };
  const base = baseMinutes(Number(form.dataset.allowed), kept);

  function tell() {
    const read = readFraction(field.value);
    setAttribute(field, "aria-invalid", read === null ? "true" : null);
    form.classList.toggle("extra-time--wrong", read === null);
    save.hidden = read === null || same(read, kept);
    const length = read === null ? "" : minutesLength(minutesWith(base, read));
    setText(says, read === null ? say("extra_wrong") : length);
  }

  async function send() {
    const read = readFraction(field.value);
    if (read === null || same(read, kept)) return;
    save.disabled = true;
    try {
      const answer = await postJson(form.getAttribute("action"), { fraction: field.value.trim() || "0" }, say);
      kept = readFraction(answer.fraction ?? "0") ?? read;
      field.value = kept.top === 0 ? "" : `${kept.top}/${kept.bottom}`;
      tell();
      field.focus();
      setText(says, say("extra_saved", { length: minutesLength(answer.allowed_minutes) }));
    } catch (error) {
      form.classList.add("extra-time--wrong");
      setText(says, [error.message, error.remedy].filter(Boolean).join(" "));
    } finally {
      save.disabled = false;
    }
  }

  form.querySelector("output").setAttribute("aria-live", "polite");
  field.addEventListener("input", tell);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  // Typed before this script had come, or kept by the browser over a reload.
  if (field.value !== field.defaultValue) tell();
}

if (typeof document !== "undefined") {
  const say = pageTexts();
  for (const form of document.querySelectorAll("form[data-extra-time]")) wire(form, say);
}

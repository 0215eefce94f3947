// The calculator of a question that allows one: a line to type in, keys to press, what it comes to.

import { slot, write } from "../lib/dom.js";
import { calculate, written } from "../lib/calculation.js";

/** `root` is the part of the page; a page without one (the author's older sheets) has no calculator. */
export function createCalculator(root, text) {
  if (root === null) return { show() {} };
  const toggle = root.querySelector("[data-action='calculator']");
  const pad = root.querySelector("[data-part='calculator-pad']");
  const line = root.querySelector("input");
  const result = slot(root, "result");
  let isDone = false;

  function open(wanted) {
    pad.hidden = !wanted;
    toggle.setAttribute("aria-expanded", String(wanted));
    if (wanted) line.focus();
  }
  function empty() {
    line.value = "";
    write(result, "");
    isDone = false;
  }
  function equal() {
    const typed = written(line.value);
    if (typed === "") return;
    const { text: found, exact, problem } = calculate(typed);
    write(result, problem ? text(problem) : `${typed} ${exact ? "=" : "≈"} ${found}`);
    if (problem) return;
    line.value = found;
    isDone = true;
  }
  /** After a result a number begins anew, and a sign goes on with it. */
  function goOn(typed) {
    if (isDone && /^[\d,.]$/.test(typed)) line.value = "";
    isDone = false;
  }
  function press(key) {
    if (key === "clear") return empty();
    if (key === "equal") return equal();
    if (key === "back") {
      isDone = false;
      line.value = line.value.trimEnd().slice(0, -1).trimEnd();
    } else {
      goOn(key);
      line.value = written(line.value + key);
    }
    line.scrollLeft = line.scrollWidth;
  }

  toggle.addEventListener("click", () => open(pad.hidden));
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-key]")?.dataset.key;
    if (key !== undefined) press(key);
  });
  line.addEventListener("beforeinput", (event) => goOn(event.data ?? ""));
  line.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "=") return;
    event.preventDefault();
    equal();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || pad.hidden) return;
    event.stopPropagation();
    open(false);
    toggle.focus();
  });

  return {
    /** Another question: there, or not, and as it is when nothing was typed. */
    show(item) {
      root.hidden = item.calculator !== true;
      pad.hidden = true;
      toggle.setAttribute("aria-expanded", "false");
      empty();
    },
  };
}

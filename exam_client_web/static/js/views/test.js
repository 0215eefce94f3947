// The question on the screen: its text, the answer, validating, passing.

import { quoting, slot, write } from "../lib/dom.js";
import { ITEM_TYPES, contentInHand } from "../items/index.js";
import { createCalculator } from "./calculator.js";
import { showFiles } from "./files.js";
import { showStem } from "./stem.js";

/** Asked in the place of the buttons: the row, and the button of it that leads back and has the focus. */
const ASKED = { skipping: "stay", finishing: "not-yet" };

/** onChange(content) hears every change, onFinish(content) what was validated or passed. */
export function createTest(root, text, { onChange, onFinish }) {
  const answer = slot(root, "answer");
  const problem = slot(root, "problem");
  const fields = slot(root, "fields");
  const calculator = createCalculator(root.querySelector('[data-part="calculator"]'), text);
  const act = Object.fromEntries([...root.querySelectorAll("[data-action]")].map((node) => [node.dataset.action, node]));
  let item = null;
  let content = null;
  let locked = false;
  let passed = null; // How many were passed over before the last question; null on any other.
  let asked = null; // The row that asks, what a yes gives, and the button that led there.

  const say = (sentence) => write(problem, sentence);

  function ask(row, given = null, from = null) {
    asked = row === null ? null : { row, given, from };
    root.querySelector('[data-part="actions"]').hidden = row !== null;
    for (const name of Object.keys(ASKED)) root.querySelector(`[data-part="${name}"]`).hidden = name !== row;
    if (row !== null) act[ASKED[row]].focus();
  }
  /** The last question ends the test: that is asked first, with what is left without a response. */
  function finish(given, from) {
    if (passed === null) return onFinish(given);
    say("");
    const without = passed + (given.skip ? 1 : 0);
    write(slot(root, "finish-question"), without === 0 ? text("finish_all") : text.counted("finish_passed", without));
    ask("finishing", given, from);
  }
  function yes() {
    if (!locked) onFinish(asked.given);
  }
  function back() {
    const { from } = asked;
    ask(null);
    from.focus();
  }

  function change(given) {
    content = given;
    say("");
    onChange(given);
  }
  function validate() {
    if (locked) return;
    const given = contentInHand(item, content);
    const type = ITEM_TYPES[item.type];
    const missing = type.unfinished?.(fields) ?? type.missing(item, given);
    if (missing === null) return finish(given, act.validate);
    say(quoting(text(missing), type.named?.(item, given) ?? { unit: item.unit }));
    // Under a long text the sentence may be out of sight: the button stays, the reason must too.
    problem.scrollIntoView({ block: "nearest" });
  }
  function skip() {
    if (locked) return;
    if (passed === null) ask("skipping", { skip: true }, act.skip);
    else finish({ skip: true }, act.skip);
  }

  act.validate.addEventListener("click", validate);
  act.skip.addEventListener("click", skip);
  for (const name of ["skip-yes", "finish-yes"]) act[name].addEventListener("click", yes);
  for (const name of Object.values(ASKED)) act[name].addEventListener("click", back);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && asked !== null) back();
  });
  // Enter in a field goes on to the button; validating stays a second, wanted step.
  answer.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    act.validate.focus();
  });

  return {
    /** Build another item, with what is already known of its response; `passed` is of a test that ends with the last. */
    showItem(next, draft, { n, of, passed: before = null }) {
      item = next;
      passed = n === of ? before : null;
      content = draft?.skip ? null : draft;
      write(slot(root, "title"), text("question_of", { n, of }));
      showStem(slot(root, "stem"), item.stem, text);
      showFiles(root.querySelector('[data-part="files"]'), item, text);
      calculator.show(item);
      write(slot(root, "legend"), text(`do_${item.type}`, { max: item.max_length ?? 200 }));
      fields.replaceChildren();
      fields.className = `answer__fields answer__fields--${item.type}`;
      ITEM_TYPES[item.type].build(fields, item, content, change, text);
      say("");
      ask(null);
    },
    /** The question is another one than before, at the same number: said until the next one comes. */
    showReplaced: (replaced) => {
      root.querySelector('[data-part="replaced"]').hidden = !replaced;
    },
    isLast: () => passed !== null,
    focus: () => slot(root, "title").focus({ preventScroll: true }),
    say,
    /** While a validated response is on its way, or the time is over, nothing can be changed. */
    lock(next, label) {
      locked = next;
      answer.disabled = next;
      // What was given is on its way, or can be given no more: nothing is asked any longer.
      if (next && asked?.row === "finishing") {
        const isThere = root.querySelector('[data-part="finishing"]').contains(document.activeElement);
        ask(null);
        if (isThere) act.validate.focus();
      }
      for (const name of ["validate", "skip", "skip-yes"]) {
        if (next) act[name].setAttribute("aria-disabled", "true");
        else act[name].removeAttribute("aria-disabled");
      }
      write(act.validate, label);
    },
  };
}

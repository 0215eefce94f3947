// The question on the screen: its text, the answer, validating, passing.

import { slot, write } from "../lib/dom.js";
import { ITEM_TYPES, contentInHand } from "../items/index.js";
import { showStem } from "./stem.js";

/** onChange(content) hears every change, onFinish(content) what was validated or passed. */
export function createTest(root, text, { onChange, onFinish }) {
  const answer = slot(root, "answer");
  const problem = slot(root, "problem");
  const fields = slot(root, "fields");
  const act = Object.fromEntries([...root.querySelectorAll("[data-action]")].map((node) => [node.dataset.action, node]));
  let item = null;
  let content = null;
  let locked = false;

  const say = (sentence) => write(problem, sentence);
  const askToSkip = (asking) => {
    root.querySelector('[data-part="actions"]').hidden = asking;
    root.querySelector('[data-part="skipping"]').hidden = !asking;
  };

  function change(given) {
    content = given;
    say("");
    onChange(given);
  }
  function validate() {
    if (locked) return;
    const given = contentInHand(item, content);
    const missing = ITEM_TYPES[item.type].missing(item, given);
    if (missing === null) return onFinish(given);
    say(text(missing, { unit: item.unit }));
    // Under a long text the sentence may be out of sight: the button stays, the reason must too.
    problem.scrollIntoView({ block: "nearest" });
  }
  function skip() {
    if (!locked) onFinish({ skip: true });
  }
  function stay() {
    askToSkip(false);
    act.skip.focus();
  }

  act.validate.addEventListener("click", validate);
  act.skip.addEventListener("click", () => {
    if (locked) return;
    askToSkip(true);
    act.stay.focus();
  });
  act["skip-yes"].addEventListener("click", skip);
  act.stay.addEventListener("click", stay);
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !root.querySelector('[data-part="skipping"]').hidden) stay();
  });
  // Enter in a field goes on to the button; validating stays a second, wanted step.
  answer.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    act.validate.focus();
  });

  return {
    /** Build another item, with what is already known of its response. */
    showItem(next, draft, { n, of }) {
      item = next;
      content = draft?.skip ? null : draft;
      write(slot(root, "title"), text("question_of", { n, of }));
      showStem(slot(root, "stem"), item.stem, text);
      write(slot(root, "legend"), text(`do_${item.type}`, { max: item.max_length ?? 200 }));
      fields.replaceChildren();
      fields.className = `answer__fields answer__fields--${item.type}`;
      ITEM_TYPES[item.type].build(fields, item, content, change, text);
      say("");
      askToSkip(false);
    },
    /** The question is another one than before, at the same number: said until the next one comes. */
    showReplaced: (replaced) => {
      root.querySelector('[data-part="replaced"]').hidden = !replaced;
    },
    focus: () => slot(root, "title").focus({ preventScroll: true }),
    say,
    /** While a validated response is on its way, or the time is over, nothing can be changed. */
    lock(next, label) {
      locked = next;
      answer.disabled = next;
      for (const name of ["validate", "skip", "skip-yes"]) {
        if (next) act[name].setAttribute("aria-disabled", "true");
        else act[name].removeAttribute("aria-disabled");
      }
      write(act.validate, label);
    },
  };
}

// The line that says whether the response is saved.

import { slot, write } from "../lib/dom.js";
import { isBack, savingState, spokenState } from "../lib/saving.js";

const BACK_SHOWN = 4000;

/** `timers` ends the word that everything is saved again after a cut. */
export function createSavingLine(root, text, timers) {
  const line = slot(root, "saving");
  const said = slot(root, "saving-said");
  let spoken = "none";
  let wasLost = false;
  let back = null;
  let last = null;

  /** After a cut, for a moment: all of it is there. */
  function comeBack() {
    wasLost = false;
    write(said, text("said_back"));
    timers.cancel(back);
    back = timers.later(() => {
      back = null;
      show(last);
    }, BACK_SHOWN);
  }
  function sentence(kind, saved) {
    if (back !== null) return text("saving_back");
    return kind === "none" ? "" : text(`saving_${kind}`, { at: saved ? text.seconds(saved.at) : "", n: saved?.question });
  }
  function show({ queue, saved, position, reachable }) {
    last = { queue, saved, position, reachable };
    const kind = savingState(last);
    const next = spokenState(spoken, kind);
    if (isBack(wasLost, kind)) comeBack();
    else if (next !== spoken) write(said, text(`said_${next}`));
    if (kind === "lost") {
      wasLost = true;
      timers.cancel(back);
      back = null;
    }
    spoken = next;
    line.dataset.kind = back === null ? kind : "saved";
    write(line, sentence(kind, saved));
  }

  return { show };
}

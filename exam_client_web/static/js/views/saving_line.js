// The line that says whether the response is saved.

import { slot, write } from "../lib/dom.js";
import { savingState, spokenState } from "../lib/saving.js";

export function createSavingLine(root, text) {
  const line = slot(root, "saving");
  const said = slot(root, "saving-said");
  let spoken = "none";
  return {
    show({ queue, saved, position, reachable }) {
      const kind = savingState({ queue, saved, position, reachable });
      line.dataset.kind = kind;
      write(line, kind === "none" ? "" : text(`saving_${kind}`, { at: saved ? text.seconds(saved.at) : "", n: saved?.question }));
      const next = spokenState(spoken, kind);
      if (next !== spoken) write(said, text(`said_${next}`));
      spoken = next;
    },
  };
}

// Reading the question aloud, for whom it was decided: one button, the speed, and the word that is being said.

import { slot, write } from "../lib/dom.js";
import { createSpeaker } from "../lib/speaker.js";
import { blocksOf, wordAt } from "../lib/spoken_text.js";

const READ = ['[data-slot="stem"]', '[data-part="files"]', '[data-slot="answer"]'];
const NAME = "spoken";

/** `root` is the test's view. show(allowed) lets it be used or not; stop() ends a reading: another question has come. */
export function createReadAloud(root, text, { synthesis, Utterance, highlights, Highlight }) {
  const part = root.querySelector('[data-part="read-aloud"]');
  const button = part.querySelector('[data-action="read-aloud"]');
  const rate = part.querySelector("select");
  let reading = false;

  function mark(block, index) {
    const word = wordAt(block, index);
    if (word === null || !highlights) return;
    const range = root.ownerDocument.createRange();
    range.setStart(word.node, word.start);
    range.setEnd(word.node, word.end);
    highlights.set(NAME, new Highlight(range));
  }

  const speaker = createSpeaker({
    synthesis,
    Utterance,
    onWord: mark,
    onState(state) {
      reading = state === "reading";
      if (!reading) highlights?.delete(NAME);
      write(button, text(reading ? "read_aloud_stop" : "read_aloud_start"));
      write(slot(part, "read-aloud-said"), state === "no_voice" ? text("read_aloud_no_voice") : "");
    },
  });

  button.addEventListener("click", () => {
    if (reading) return speaker.stop();
    speaker.read(blocksOf(READ.map((selector) => root.querySelector(selector))), Number(rate.value));
  });

  return {
    show(allowed) {
      if (part.hidden === !allowed) return;
      part.hidden = !allowed;
      speaker.stop();
    },
    stop: speaker.stop,
  };
}

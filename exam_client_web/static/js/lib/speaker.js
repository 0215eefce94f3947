// Reads blocks of text one after the other with the browser's own voice, and says which word it is at.

import { frenchVoice } from "./spoken_text.js";

/**
 * `synthesis` is the browser's (or null), `Utterance` its class. onWord(block, index) follows the reading, onState(state)
 * hears "reading", "silent" and "no_voice".
 */
export function createSpeaker({ synthesis, Utterance, onWord, onState }) {
  let turn = 0;

  function stop() {
    turn += 1;
    synthesis?.cancel();
    onState("silent");
  }

  function read(blocks, rate) {
    stop();
    const voice = synthesis === null ? null : frenchVoice(synthesis.getVoices());
    if (voice === null) return onState("no_voice");
    const mine = turn;
    onState("reading");
    const next = (at) => {
      if (mine !== turn) return;
      if (at >= blocks.length) return stop();
      const spoken = Object.assign(new Utterance(blocks[at].text), { voice, lang: voice.lang, rate });
      spoken.onboundary = ({ charIndex }) => mine === turn && onWord(blocks[at], charIndex);
      // A voice that fails in the middle must not keep the rest from being read.
      spoken.onend = () => next(at + 1);
      spoken.onerror = () => next(at + 1);
      synthesis.speak(spoken);
    };
    next(0);
  }

  return { read, stop };
}

// Whether this browser has a French voice: it may name its voices only after a moment.

import { frenchVoice } from "../lib/spoken_text.js";

const LOOKS = 10;
const BETWEEN = 150;

/** "french" or "none". `synthesis` is the browser's, or null; `later(action, ms)` waits. */
export async function voiceFound(synthesis, later) {
  if (synthesis === null) return "none";
  for (let look = 1; look <= LOOKS; look += 1) {
    const voices = synthesis.getVoices();
    if (frenchVoice(voices) !== null) return "french";
    if (voices.length > 0 || look === LOOKS) break;
    await new Promise((go) => later(go, BETWEEN));
  }
  return "none";
}

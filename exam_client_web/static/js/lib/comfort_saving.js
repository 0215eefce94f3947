// Sends the settings to the server: the last ones, one request at a time, until they have arrived.

import { backoff } from "./backoff.js";

// Somebody who tries one size after the other is sent once.
const PAUSE = 500;

/** `send(settings)` promises a reply (lib/api.js); `onSaved(settings)` hears what the server has. */
export function createComfortSaver({ send, onSaved, timers, random }) {
  let wanted = null;
  let timer = null;
  let failures = 0;
  let isSending = false;

  function plan(delay) {
    timers.cancel(timer);
    timer = timers.later(go, delay);
  }

  async function go() {
    if (isSending || wanted === null) return;
    const settings = wanted;
    isSending = true;
    const reply = await send(settings);
    isSending = false;
    if (reply.kind === "trouble") {
      failures += 1;
      return plan(backoff(failures, random()));
    }
    failures = 0;
    // Refused: this page no longer counts, and nothing is asked again.
    if (reply.kind === "ok") onSaved(settings);
    if (wanted === settings || reply.kind !== "ok") wanted = null;
    else plan(0);
  }

  return (settings) => {
    wanted = settings;
    plan(PAUSE);
  };
}

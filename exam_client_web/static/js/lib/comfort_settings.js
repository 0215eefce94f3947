// The settings while a page lasts: what changes them, who hears of it, which of three sources counts.

import { USUAL, cleaned, same } from "./comfort.js";

/** `kept` keeps them in the browser; `save(settings)` sends them to the server, and is null where there is none to ask. */
export function createSettings({ kept, save = null }) {
  const found = kept.read();
  const hearers = [];
  let settings = found?.settings ?? USUAL;
  let owed = found?.owed ?? false;
  let isKnown = false;
  let decided = USUAL;

  function become(next, owing) {
    settings = next;
    owed = owing;
    kept.write(settings, owed);
    for (const hear of hearers) hear(settings);
  }
  function tell() {
    if (save !== null) save(settings);
  }

  function change(part) {
    const next = cleaned({ ...settings, ...part });
    if (same(next, settings)) return;
    become(next, save !== null);
    tell();
  }
  /** What was decided since the last state; nothing of it is taken back from the page. */
  function added(next) {
    const news = Object.entries(next).filter(([name, value]) => value !== decided[name] && value !== USUAL[name]);
    return Object.fromEntries(news);
  }

  return {
    now: () => settings,
    /** The candidate chose: shown and kept at once, sent in a moment. */
    change,
    /**
     * What the server keeps for this pupil, or null: it counts before what the browser had, unless that is newer than
     * the server knows. Learned once: later states may be older than what was chosen since. What was decided for the
     * pupil counts where nothing was set; decided in the middle of a test, it is shown at once.
     */
    learn(known, wanted = null) {
      const next = cleaned(wanted);
      if (isKnown) change(added(next));
      else if (known !== null && !owed) become(cleaned(known), false);
      else if (!same(settings, USUAL) || owed) {
        become(settings, true);
        tell();
      } else if (wanted !== null) become(next, false);
      if (!isKnown) kept.takeAway();
      isKnown = true;
      decided = next;
    },
    /** The server has these. */
    saved(sent) {
      if (owed && same(sent, settings)) {
        owed = false;
        kept.write(settings, owed);
      }
    },
    /** `hear(settings)` is told now and after every change. */
    onChange(hear) {
      hearers.push(hear);
      hear(settings);
    },
  };
}

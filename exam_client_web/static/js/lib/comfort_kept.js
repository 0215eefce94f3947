// Keeps the settings in this browser: of the test in the tab, of the practice for whoever sits here next.

import { attributesOf, cleaned } from "./comfort.js";

const KEY = "passation.comfort";

function read(storage) {
  try {
    const kept = JSON.parse(storage?.getItem(KEY) ?? "null");
    return kept === null ? null : { settings: cleaned(kept.settings), owed: kept.owed === true };
  } catch {
    return null;
  }
}

/**
 * `own` and `offered` are storages, or null where the browser forbids them: settings are kept in `own`, and taken over
 * from `offered` where `own` has none. `owed` says that the server has not heard of them yet.
 */
export function createComfortKept({ own, offered = null }) {
  return {
    read: () => read(own) ?? read(offered),
    /** What the page is to look like stands beside the settings, for the script that runs before all others. */
    write(settings, owed) {
      try {
        own?.setItem(KEY, JSON.stringify({ settings, owed, shown: attributesOf(settings) }));
      } catch {
        // A full or forbidden storage: the settings last as long as the page.
      }
    },
    /** They are this candidate's now, and not the next one's at this computer. */
    takeAway() {
      try {
        offered?.removeItem(KEY);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

/** Another candidate enters in this tab: the one before has left nothing. */
export function forgetComfort(storage) {
  try {
    storage?.removeItem(KEY);
  } catch {
    // Nothing was kept.
  }
}

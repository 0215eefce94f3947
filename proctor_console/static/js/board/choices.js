/** What this browser remembers of its reader's choices for the board; a browser that keeps nothing has the usual ones. */

const KEY = "passation.board";
export const USUAL = Object.freeze({ layout: "list", order: "attention", sound: false, single: true });

/** The choices in a stored text: unknown names are dropped, wrong kinds are the usual ones. Pure. */
export function choicesIn(text) {
  let stored = null;
  try {
    stored = JSON.parse(text);
  } catch {
    // what was stored is not ours
  }
  if (stored === null || typeof stored !== "object") return { ...USUAL };
  return Object.fromEntries(Object.entries(USUAL).map(([name, usual]) => [name, typeof stored[name] === typeof usual ? stored[name] : usual]));
}

/** `choices.of(name)` and `choices.keep(name, value)`; `storage` may be null. */
export function createChoices(storage) {
  let current = choicesIn(storage?.getItem(KEY) ?? null);
  return {
    of: (name) => current[name],
    keep(name, value) {
      current = { ...current, [name]: value };
      try {
        storage?.setItem(KEY, JSON.stringify(current));
      } catch {
        // a full or forbidden store: the choice holds for this page
      }
    },
  };
}

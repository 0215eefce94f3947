// The random name of one entry, kept in this tab until it is answered: asked twice, a candidate enters once.

const KEY = "passation.entry";

/** Hexadecimal, from a source like crypto.getRandomValues. */
export function randomName(fill) {
  return Array.from(fill(new Uint8Array(16)), (octet) => octet.toString(16).padStart(2, "0")).join("");
}

/** `storage` is sessionStorage, or null where the browser forbids it: then the name lasts as long as the page. */
export function createEntryRequest({ storage, newName }) {
  let kept = null;
  const read = () => {
    try {
      return JSON.parse(storage?.getItem(KEY) ?? "null") ?? kept;
    } catch {
      return kept;
    }
  };
  return {
    /** The same for the same code, until it is answered. */
    nameFor(code) {
      const known = read();
      if (known?.code === code && typeof known.request === "string") return known.request;
      kept = { code, request: newName() };
      try {
        storage?.setItem(KEY, JSON.stringify(kept));
      } catch {
        // A full or forbidden storage: a reload asks under another name.
      }
      return kept.request;
    },
    /** The candidate is in: neither code nor name is left for the next person at this computer. */
    forget() {
      kept = null;
      try {
        storage?.removeItem(KEY);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

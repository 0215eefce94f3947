// A word in the browser's storage: written by one page, looked for by the next, to see whether it stays.

const KEY = "passation.rehearsal";

/** `open()` gives localStorage, or throws where the browser forbids it. */
export function createMark(open) {
  function read() {
    try {
      return JSON.parse(open().getItem(KEY) ?? "null");
    } catch {
      return null;
    }
  }

  /** Writes, reads back and compares; false where any of that does not work. */
  function write(kept) {
    try {
      const text = JSON.stringify(kept);
      open().setItem(KEY, text);
      return open().getItem(KEY) === text;
    } catch {
      return false;
    }
  }

  return {
    /** Before the page is left for the next one. */
    leave: () => write({ left: true, ...read() }),

    /** "kept", "lost" (it can be written, but what the page before had written is gone) or "refused". */
    found() {
      const before = read();
      if (!write({ left: true, ...before })) return "refused";
      return before?.left === true ? "kept" : "lost";
    },

    /** The seat that this computer said last, to propose it again; null where there is none. */
    seat() {
      const seat = read()?.seat;
      return Number.isInteger(seat?.row) && Number.isInteger(seat?.column) ? seat : null;
    },

    sits: (seat) => write({ ...read(), seat }),
  };
}

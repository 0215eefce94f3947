// Keeps what is not acknowledged in this tab alone, and plainly: where the browser has nothing better.

const KEY = "passation.kept";

/** `storage` is sessionStorage, or null where the browser forbids it: then nothing is kept. */
export function createKept(storage) {
  return {
    write(owner, snapshot) {
      try {
        if (snapshot === null) storage?.removeItem(KEY);
        else storage?.setItem(KEY, JSON.stringify({ owner, snapshot }));
      } catch {
        // A full or forbidden storage must not stop the test: the server's draft remains.
      }
    },
    read(owner) {
      try {
        const kept = JSON.parse(storage?.getItem(KEY) ?? "null");
        return kept !== null && kept.owner === owner ? kept.snapshot : null;
      } catch {
        return null;
      }
    },
    forget() {
      try {
        storage?.removeItem(KEY);
      } catch {
        // Nothing was kept.
      }
    },
  };
}

// Keeps the item in hand in this tab, so that a reload before the server's word shows it again.

const KEY = "passation.hand";

/** `storage` is sessionStorage, or null where the browser forbids it: then nothing is kept. */
export function createKept(storage) {
  return {
    write(owner, { position, revision, content, final }) {
      try {
        storage?.setItem(KEY, JSON.stringify({ owner, position, revision, content, final }));
      } catch {
        // A full or forbidden storage must not stop the test: the server's draft remains.
      }
    },
    read(owner) {
      try {
        const kept = JSON.parse(storage?.getItem(KEY) ?? "null");
        return kept !== null && kept.owner === owner ? kept : null;
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

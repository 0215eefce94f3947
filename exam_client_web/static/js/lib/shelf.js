// A place in this browser where sealed bytes outlive the tab, a crash and an empty battery (IndexedDB).

const DATABASE = "passation";
const STORE = "kept";

const answered = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
    request.onblocked = () => fail(new Error("blocked"));
  });

/** `indexedDB` as the browser gives it. Every act promises; what the browser forbids is a rejection. */
export function createShelf(indexedDB) {
  let database = null;

  async function open() {
    if (database !== null) return database;
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    database = await answered(request);
    database.onclose = database.onversionchange = () => {
      database?.close();
      database = null;
    };
    return database;
  }
  /** One transaction; done once it is on the disk, not merely on its way there. */
  async function change(act) {
    const transaction = (await open()).transaction(STORE, "readwrite", { durability: "strict" });
    const over = new Promise((done, fail) => {
      transaction.oncomplete = () => done();
      transaction.onabort = transaction.onerror = () => fail(transaction.error);
    });
    act(transaction.objectStore(STORE));
    await over;
  }

  return {
    read: async (name) => answered((await open()).transaction(STORE).objectStore(STORE).get(name)),
    keep: (name, box) => change((store) => store.put(box, name)),
    remove: (name) => change((store) => store.delete(name)),
    clear: () => change((store) => store.clear()),
    /** Whatever others have left here goes. */
    async keepOnly(name) {
      const names = await answered((await open()).transaction(STORE).objectStore(STORE).getAllKeys());
      const others = names.filter((other) => other !== name);
      if (others.length > 0) await change((store) => others.forEach((other) => store.delete(other)));
    },
  };
}

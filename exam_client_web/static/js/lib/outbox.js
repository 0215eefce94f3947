// Everything that the server has not acknowledged, kept on this computer: sealed, for one attempt alone.

import { createSeal } from "./sealing.js";
import { readSnapshot } from "./snapshot.js";

const PATIENCE = 3000;

const within = (ms, promise) => {
  let timer = null;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error("too slow")), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
};

/**
 * `shelf` outlives the tab (lib/shelf.js), or is null; `plain` is this tab's own (lib/kept.js), and serves where the
 * browser has no shelf or no cryptography, as on plain http in a school's network. onKept(true|false) says whether
 * what was written last is kept yet. Nothing here ever fails: keeping less is better than stopping a test.
 */
export function createOutbox({ shelf, crypto, plain, onKept = () => {}, patience = PATIENCE }) {
  let owner = null;
  let seal = null;
  let written = null;
  let next = null;
  let running = null;

  async function put(snapshot, to, whose) {
    if (to !== null) {
      try {
        await (snapshot === null ? shelf.remove(to.name) : shelf.keep(to.name, await to.seal(snapshot)));
        return plain.forget();
      } catch {
        // A full disk, a browser that forgets everything: this tab's own memory is left.
      }
    }
    plain.write(whose, snapshot);
  }
  /** One write at a time; what changes meanwhile is written together after it. */
  async function pump() {
    while (next !== null) {
      const { snapshot, to, whose } = next;
      next = null;
      await put(snapshot, to, whose);
    }
    running = null;
    onKept(true);
  }
  async function sealed(key) {
    const mine = await createSeal(crypto, key);
    const found = readSnapshot(await mine.open(await shelf.read(mine.name)));
    await shelf.keepOnly(mine.name);
    return { mine, found };
  }
  function close() {
    owner = seal = next = written = null;
  }

  return {
    /** From now on for the attempt of this key and owner; promises what was kept of it, or null. */
    async open(key, whose) {
      close();
      await running;
      let found = null;
      if (shelf !== null && crypto?.subtle) {
        try {
          const opened = await within(patience, sealed(key));
          seal = opened.mine;
          found = opened.found;
        } catch {
          seal = null;
        }
      }
      owner = whose;
      return found ?? readSnapshot(plain.read(whose));
    },
    write(snapshot) {
      const text = JSON.stringify(snapshot);
      if (owner === null || text === written) return;
      written = text;
      next = { snapshot, to: seal, whose: owner };
      onKept(false);
      running ??= pump();
    },
    /** Nothing more is written for this attempt; what is kept stays. */
    close,
    /** The attempt is over, or somebody else's: nothing of anybody stays on this computer. */
    async forget() {
      close();
      await running;
      plain.forget();
      try {
        await shelf?.clear();
      } catch {
        // A browser that keeps nothing has nothing to forget.
      }
    },
  };
}

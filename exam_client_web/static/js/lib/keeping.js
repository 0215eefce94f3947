// Loads what this computer kept of an attempt before anything new is given, and keeps every change of it.

import { snapshotOf } from "./snapshot.js";
import { ownerOf } from "./state.js";

/** Joins the outbox with the response in hand and the queue; the key of the state says whose attempt it is. */
export function createKeeping({ outbox, answering, sender }) {
  const keyOf = (state) => state.keep_with ?? null;
  let opened; // undefined: nothing was looked up yet; null: no attempt is under way.
  let opening = null;

  async function open(state) {
    const key = keyOf(state);
    opened = undefined;
    if (key === null) {
      await outbox.forget();
    } else {
      const found = await outbox.open(key, ownerOf(state));
      answering.restore(found?.hand ?? null);
      sender.restore(found?.queue ?? [], state.saved);
    }
    opened = key;
  }

  return {
    /** Whether what was kept for this state's attempt is loaded. */
    isReady: (state) => keyOf(state) === opened,
    ready(state) {
      opening ??= open(state).finally(() => {
        opening = null;
      });
      return opening;
    },
    /** The response in hand or the queue has changed. */
    keep() {
      if (opened) outbox.write(snapshotOf(answering.held(), sender.queue()));
    },
    /** Another tab has the attempt: what is kept is that tab's now. */
    close() {
      opened = undefined;
      outbox.close();
      answering.restore(null);
      sender.restore([], null);
    },
  };
}

// The item in hand, from the first key to the queue: keeps it here, waits a moment, passes it on.

import { caughtUp, changed, entryOf, reopened, sent, takeUp, validated } from "./hand.js";
import { ownerOf } from "./state.js";

/**
 * `put(entry)` gives it to the queue; `draftOf(item, content)` says what a draft tells the server, null when
 * it has to wait; `delay()` how long a draft waits for the next key, in ms.
 */
export function createAnswering({ put, kept, serverNow, timers, delay, draftOf }) {
  let owner = null;
  let item = null;
  let hand = null;
  let timer = null;

  function flush() {
    timers.cancel(timer);
    timer = null;
    if (hand === null || !hand.unsent) return;
    const content = hand.final ? hand.content : draftOf(item, hand.content);
    if (content === null) return;
    put(entryOf({ ...hand, content }, serverNow()));
    hand = sent(hand);
  }

  return {
    /** Learn a state; true when it brings another item than the one in hand. */
    take(state) {
      owner = ownerOf(state);
      if (state.item === null) return false;
      if (hand !== null && hand.position === state.item.position) {
        if (state.saved) hand = caughtUp(hand, state.saved);
        return false;
      }
      timers.cancel(timer);
      item = state.item;
      hand = takeUp(state, kept.read(owner));
      flush();
      return true;
    },
    change(content) {
      hand = changed(hand, content);
      kept.write(owner, hand);
      timers.cancel(timer);
      timer = timers.later(flush, delay());
    },
    finish(content) {
      hand = validated(hand, content);
      kept.write(owner, hand);
      flush();
    },
    /** The server refused what was validated: it is a draft of this page again. */
    reopen() {
      hand = reopened(hand);
      kept.write(owner, hand);
    },
    flush,
    item: () => item,
    hand: () => hand,
  };
}

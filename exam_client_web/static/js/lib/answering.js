// The item in hand, from the first key to the queue: keeps it here, waits a moment, passes it on.

import { caughtUp, changed, entryOf, reopened, sent, takeUp, validated } from "./hand.js";

/**
 * `put(entry)` gives it to the queue; `onHand()` hears each change of what is in hand; `draftOf(item, content)`
 * says what a draft tells the server, null when it has to wait; `delay()` how long it waits for the next key, in ms.
 */
export function createAnswering({ put, onHand, serverNow, timers, delay, draftOf }) {
  let item = null;
  let hand = null;
  let kept = null;
  let timer = null;

  function flush() {
    timers.cancel(timer);
    timer = null;
    if (hand === null || !hand.unsent) return;
    const content = hand.final ? hand.content : draftOf(item, hand.content);
    if (content === null) return;
    put(entryOf({ ...hand, content }, serverNow()));
    hand = sent(hand);
    onHand();
  }

  return {
    /** Begin with what this computer kept of the response in hand, or with null. */
    restore(before) {
      timers.cancel(timer);
      item = hand = timer = null;
      kept = before;
    },
    /** Learn a state; true when it brings another item than the one in hand. */
    take(state) {
      if (state.item === null) return false;
      if (hand !== null && hand.position === state.item.position) {
        if (state.saved) hand = caughtUp(hand, state.saved);
        return false;
      }
      timers.cancel(timer);
      item = state.item;
      hand = takeUp(state, kept);
      kept = null;
      flush();
      onHand();
      return true;
    },
    change(content) {
      if (hand === null) return;
      hand = changed(hand, content);
      onHand();
      timers.cancel(timer);
      timer = timers.later(flush, delay());
    },
    finish(content) {
      if (hand === null) return;
      hand = validated(hand, content);
      onHand();
      flush();
    },
    /** The server refused what was validated: it is a draft of this page again. */
    reopen() {
      hand = reopened(hand);
      onHand();
    },
    flush,
    item: () => item,
    hand: () => hand,
    /** What has to be kept: what is in hand, or was when the page was loaded. */
    held: () => hand ?? kept,
  };
}

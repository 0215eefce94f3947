// What the page shows of help calls. Pure.

/**
 * "none", "button" (a call can be made), "choosing" (the candidate says why), "open" (called, nobody has answered
 * yet) or "answered" (somebody is coming). `view` is the view on the screen; only in the test can a call begin.
 */
export function helpShown(state, view, choosing) {
  if (view !== "test" && view !== "stopped") return "none";
  if (state.help) return state.help.state;
  if (view !== "test") return "none";
  return choosing ? "choosing" : "button";
}

/** What is in hand: the place of the item among all that were given, and among those that count. */
export const inHand = (state) => ({ position: state.item.position, question: state.progress.position });

/** True when the item in hand was replaced: another one came, and the candidate is still at the same question. */
export function wasReplaced(before, state) {
  if (before === null || state.item === null) return false;
  return state.item.position > before.position && state.progress.position === before.question;
}

/** The question that a saved position was, given what was in hand when the server said so. */
export const questionOf = (position, hand) => position - (hand === null ? 0 : hand.position - hand.question);

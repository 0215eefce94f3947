// The item in hand: which content is newest, under which revision it goes to the server. Pure.

/**
 * Take the item that the state gives. `kept` is what this computer kept of it, or null: it counts
 * if it is of this position and newer than what the server holds; else the server's draft wins.
 */
export function takeUp(state, kept) {
  const position = state.item.position;
  const saved = state.saved?.position === position ? state.saved.revision : 0;
  const server = Math.max(state.draft?.revision ?? 0, saved);
  if (kept !== null && kept.position === position && kept.revision > server) {
    return { position, revision: kept.revision, content: kept.content, final: kept.final, unsent: true };
  }
  // A final taken at the very end stays in hand until the end is told: it is not answered again.
  const final = saved > 0 && state.saved.final === true;
  return { position, revision: server, content: state.draft?.content ?? null, final, unsent: false };
}

/** The candidate changed the response: a new revision, not sent yet. A validated response no longer changes. */
export function changed(hand, content) {
  if (hand.final) return hand;
  const revision = hand.unsent ? hand.revision : hand.revision + 1;
  return { ...hand, revision, content, unsent: true };
}

/** The candidate validated or passed. Always a new revision, also when nothing changed. */
export function validated(hand, content) {
  if (hand.final) return hand;
  return { ...changed(hand, content), final: true };
}

/** The server did not take the validated response: the item can be answered again. */
export function reopened(hand) {
  return { ...hand, final: false, unsent: false };
}

/** The server holds a later revision (another page wrote it): the next change goes on from there. */
export function caughtUp(hand, saved) {
  if (saved.position !== hand.position || hand.final || saved.revision <= hand.revision) return hand;
  return { ...hand, revision: hand.unsent ? saved.revision + 1 : saved.revision };
}

/** The revision was given to the queue. */
export function sent(hand) {
  return { ...hand, unsent: false };
}

/** What goes to the queue. */
export function entryOf(hand, answeredAt) {
  const { position, revision, content, final } = hand;
  return { position, revision, content, final, answered_at: Math.round(answeredAt) };
}

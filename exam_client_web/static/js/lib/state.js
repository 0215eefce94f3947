// What the page knows: the newest state that the server told, the link to it, and whether this page still counts.

/** Before the first answer. `gone` is null, "signed_out", "taken_over" or "unregistered"; `elsewhere`: in another tab. */
export function initial() {
  return { state: null, link: "connecting", gone: null, elsewhere: false };
}

/** A state counts if its number is higher; with the same number, if the server made it later. */
export function isNewer(shown, incoming) {
  if (shown === null) return true;
  if (incoming.number !== shown.number) return incoming.number > shown.number;
  return incoming.now >= shown.now;
}

/**
 * The page after something was learned: {type: "state", state}, {type: "link", link}, {type: "gone", why}, or
 * {type: "tab", elsewhere}.
 */
export function reduce(shown, learned) {
  switch (learned.type) {
    case "state":
      return isNewer(shown.state, learned.state) ? { ...shown, state: learned.state } : shown;
    case "link":
      return shown.link === learned.link ? shown : { ...shown, link: learned.link };
    case "gone":
      return { ...shown, gone: learned.why };
    case "tab":
      // Whoever takes the test over knows nothing of it until the server has said it: what was shown may be long past.
      return { ...shown, state: learned.elsewhere ? shown.state : null, elsewhere: learned.elsewhere };
    default:
      return shown;
  }
}

/** Which view is on the screen. An end that was reached stays, whatever happens to the login after it. */
export function viewOf(shown) {
  if (shown.state?.phase === "ended") return "ended";
  if (shown.gone !== null) return shown.gone;
  if (shown.elsewhere) return "elsewhere";
  const state = shown.state;
  return state === null || (state.phase === "test" && state.item === null) ? "loading" : state.phase;
}

/** Whose attempt this is: responses kept on this computer are only for the same one. */
export function ownerOf(state) {
  const { family_name, given_name } = state.candidate;
  return [family_name, given_name, state.time.started_at].join("|");
}

/** The steps before the test, for the waiting page: [key, done], the first one not done is the next. */
export function stepsOf(state) {
  return [
    ["opened", state.session.state === "open"],
    ["identity", state.check.identity],
    ["seat", state.check.seat !== null],
    ["admitted", state.check.admitted],
  ];
}

/** The sentence about what happens next while waiting. */
export function waitingFor(state) {
  if (["closed", "finalised", "published"].includes(state.session.state)) return "closed";
  if (state.time.stopped) return "stopped";
  if (state.check.lapsed) return "lapsed";
  const next = stepsOf(state).find(([, done]) => !done);
  return next === undefined ? "soon" : next[0];
}

// Requests to the server, and what their replies mean. Nothing here retries: the caller knows what is safe.

const TIMEOUT = 10_000;

/**
 * What a reply means. `kind`: "ok"; "refused", the server understood and says no, with a code;
 * "trouble", anything that may pass by itself (no network, time-out, 5xx, a page of a captive portal).
 */
export function readReply(status, body) {
  const isObject = body !== null && typeof body === "object";
  if (status >= 200 && status < 300 && isObject) return { kind: "ok", body };
  const error = isObject ? body.error : undefined;
  if (status >= 400 && status < 500 && status !== 408 && error && error.code) {
    return { kind: "refused", status, error, body };
  }
  return { kind: "trouble", status, error: error ?? null };
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** The ways to the server for the candidate's pages; fetch and clock are given, so that tests give theirs. */
export function createApi({ fetch, perf, timeout = TIMEOUT }) {
  async function ask(url, options) {
    const sent = perf();
    try {
      const signal = AbortSignal.timeout(timeout);
      const response = await fetch(url, { ...options, signal, credentials: "same-origin", cache: "no-store" });
      const body = await readJson(response);
      return { ...readReply(response.status, body), sent, received: perf() };
    } catch {
      return { kind: "trouble", status: 0, error: null, sent, received: perf() };
    }
  }
  const post = (url, body) =>
    ask(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  return {
    enter: (code, request) => post("/exam/enter", { code, request }),
    state: () => ask("/exam/state", { method: "GET" }),
    start: () => post("/exam/start", {}),
    help: (kind) => post("/exam/help", { kind }),
    read: (message) => post("/exam/messages/read", { message }),
    withdraw: (call) => post("/exam/help/withdraw", { call }),
    away: (ms) => post("/exam/focus", { ms }),
    comfort: (settings) => post("/exam/comfort", settings),
    rest: () => post("/exam/break", {}),
    goOn: () => post("/exam/break/end", {}),
    respond: (entry) => post("/exam/responses", entry),
  };
}

// The live connection to the server: opens, shows that this page is alive, and comes back after a cut.

import { backoff } from "./backoff.js";

const ALIVE_EVERY = 5000;
// Three signs missed: the line is dead even if nobody said so.
const SILENCE = 16_000;

/** ws:// or wss:// of this page's own origin. */
export function socketUrl(location, path) {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}`;
}

/** A message as an object, or null when it is not one of ours. */
export function readMessage(text) {
  try {
    const message = JSON.parse(text);
    return message !== null && typeof message === "object" && typeof message.type === "string" ? message : null;
  } catch {
    return null;
  }
}

/**
 * Keep a connection until stop(). `timers` gives later(action, ms) and cancel(id); onLink says
 * "open" or "lost"; onOpen may send a first message.
 */
export function createLive({ url, Socket, timers, random, onMessage, onLink, onOpen = () => {} }) {
  let socket = null;
  let failures = 0;
  let stopped = false;
  let retry = null;
  let beat = null;
  let silence = null;

  const listen = () => {
    timers.cancel(silence);
    silence = timers.later(() => drop(), SILENCE);
  };
  const sign = () => {
    send({ type: "alive" });
    beat = timers.later(sign, ALIVE_EVERY);
  };
  const send = (message) => {
    if (socket !== null && socket.readyState === 1) socket.send(JSON.stringify(message));
  };
  const clear = () => [retry, beat, silence].forEach((timer) => timers.cancel(timer));

  /** Give this socket up; its own late events no longer count. */
  function drop() {
    const old = socket;
    socket = null;
    clear();
    if (old !== null) {
      old.onopen = old.onmessage = old.onclose = old.onerror = null;
      old.close();
    }
    if (stopped) return;
    onLink("lost");
    retry = timers.later(connect, backoff(failures, random()));
    failures += 1;
  }

  function connect() {
    socket = new Socket(url);
    listen();
    socket.onopen = () => {
      onLink("open");
      onOpen(send);
      sign();
      listen();
    };
    socket.onmessage = (event) => {
      failures = 0;
      listen();
      const message = readMessage(event.data);
      if (message !== null) onMessage(message);
    };
    socket.onclose = () => drop();
    socket.onerror = () => {};
  }

  connect();
  return {
    send,
    stop() {
      stopped = true;
      drop();
    },
  };
}

// The exchanges with the server by which a computer measures; and what it says to it.

import { readReply } from "../lib/api.js";
import { readMessage } from "../lib/live.js";

const TIMEOUT = 10_000;
// A block of 256 KiB at the slowest speed that counts takes less.
const BLOCK_TIMEOUT = 30_000;

/** The server understood and says no, or it did not answer (no words then). */
export class Failed extends Error {
  constructor(reply) {
    super(reply.error ? [reply.error.message, reply.error.remedy].filter(Boolean).join(" ") : "");
    this.isOver = reply.status === 401;
  }
}

function parsed(octets) {
  try {
    return JSON.parse(new TextDecoder().decode(octets));
  } catch {
    return null;
  }
}

/** `perf` is performance.now, `date` Date.now: they are given, so that tests give theirs. */
export function createExchanges({ fetch, perf, date }) {
  async function ask(url, options = {}, timeout = TIMEOUT) {
    const signal = AbortSignal.timeout(timeout);
    return fetch(url, { credentials: "same-origin", cache: "no-store", signal, ...options });
  }

  async function json(url, options) {
    let reply;
    try {
      const response = await ask(url, options);
      const received = perf();
      const body = await response.json().catch(() => null);
      reply = { ...readReply(response.status, body), received };
    } catch {
      throw new Failed({ status: 0 });
    }
    if (reply.kind !== "ok") throw new Failed(reply);
    return reply;
  }

  const post = (url, body) =>
    json(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

  /** A block that does not arrive in time is null; what the server refuses is thrown. */
  async function block(options, octets = null) {
    const sent = perf();
    let response;
    let body;
    try {
      response = await ask("/rehearsal/block", options, BLOCK_TIMEOUT);
      body = await response.arrayBuffer();
    } catch {
      return null;
    }
    const ms = perf() - sent;
    if (!response.ok) throw new Failed(readReply(response.status, parsed(body)));
    return { octets: octets ?? body.byteLength, ms };
  }

  return {
    enter: (code) => post("/rehearsal/enter", { code }),

    /** One way there and back. */
    async trip() {
      const sent = perf();
      const { body, received } = await json("/rehearsal/ping");
      return { now: body.now, sent, received, date: date() - (perf() - received) };
    },

    down: () => block(),
    up: (noise) => block({ method: "POST", body: noise }, noise.byteLength),
    tell: async (seat, measures) => (await post("/rehearsal/seat", { ...seat, measures })).body,
  };
}

/** Opens a connection as the test's page does, and waits for an answer on it: true, or false after `timeout` ms. */
export function tryConnection({ url, Socket, later, timeout = 8_000 }) {
  return new Promise((resolve) => {
    let socket = null;
    const settle = (works) => {
      resolve(works);
      socket?.close();
    };
    later(() => settle(false), timeout);
    try {
      socket = new Socket(url);
    } catch {
      return settle(false);
    }
    socket.onopen = () => socket.send(JSON.stringify({ type: "alive" }));
    socket.onmessage = ({ data }) => settle(readMessage(data)?.type === "alive");
    socket.onclose = socket.onerror = () => resolve(false);
  });
}

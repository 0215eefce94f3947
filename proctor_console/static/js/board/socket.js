/** Follows a session: the whole board once, then its events by number, and again after every lost connection. */

import { apply, needs } from "./reducer.js";

export const SILENCE = 12_000; // two missed signs of life and a bit: the connection is only pretending
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

/** The wait before try number `tries` (0, 1, 2…): doubling, never above 8 s, spread so that a whole school does not knock at once. */
export function backOff(tries, chance) {
  const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** tries);
  return ceiling * (0.5 + chance / 2);
}

/**
 * The feed of one board. Its surroundings are given: `load()` promises the whole board, `open()` gives a WebSocket,
 * `wait(ms, call)` gives a function that cancels, `tick()` is a monotonic clock, `chance()` is in [0, 1).
 * It tells `onBoard(board, message)`, `onLink(link)` with "loading" | "live" | "lost" | "refused", and `onHeard(now)`.
 */
export class Feed {
  constructor(surroundings) {
    Object.assign(this, { board: null, socket: null, link: "loading", tries: 0, asked: -1, heardAt: null, cancel: null }, surroundings);
  }

  async start() {
    this.tell("loading");
    await this.fetchBoard();
    if (this.link !== "refused") this.connect();
  }

  stop() {
    this.cancel?.();
    this.tell("refused");
    this.socket?.close();
  }

  /** Fetches the whole board. A refusal (signed out, not this person's session) ends the feed; a failure does not. */
  async fetchBoard() {
    try {
      const board = await this.load();
      if (this.board === null || board.number >= this.board.number) this.show(board, null);
      this.heard();
    } catch (error) {
      if ([401, 403, 404].includes(error.status)) this.stop();
    }
  }

  connect() {
    const socket = this.open();
    let opened = false;
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      this.heard();
      this.follow();
      this.watch(socket);
    };
    socket.onmessage = ({ data }) => this.receive(JSON.parse(data));
    socket.onclose = () => {
      if (this.socket === socket) this.lost(opened);
    };
  }

  /** Asks for everything after what is shown. Nothing to follow before the first board. */
  follow() {
    if (this.board === null || this.socket?.readyState !== 1) return;
    this.asked = this.board.number;
    this.socket.send(JSON.stringify({ type: "follow", after: this.board.number, together: true }));
  }

  /** One message; of events that come together, one after the other. */
  receive(message) {
    if (message.type === "events") {
      for (const event of message.events) this.receive({ type: "event", now: message.now, event });
      return;
    }
    this.heard(message.now);
    if (this.board === null) return;
    const need = needs(this.board, message);
    if (need === "reload") {
      this.fetchBoard().then(() => this.follow());
    } else if (need === "follow") {
      if (this.asked !== this.board.number) this.follow();
    } else {
      this.show(apply(this.board, message), message);
    }
  }

  show(board, message) {
    const before = this.board;
    this.board = board;
    this.onBoard(board, message, before);
  }

  heard(now) {
    this.heardAt = this.tick();
    if (this.socket?.readyState === 1 && this.board !== null) {
      this.tries = 0;
      this.tell("live");
    }
    if (now !== undefined) this.onHeard?.(now);
  }

  /** The browser knows that its network is back: no need to wait for the next try. */
  hurry() {
    if (this.link !== "lost" || this.socket !== null) return;
    this.cancel?.();
    this.connect();
  }

  /** The browser knows that its network is gone: no need to wait for the silence. */
  cut() {
    const { socket } = this;
    if (socket === null || socket.readyState !== 1) return;
    this.socket = null;
    socket.close();
    this.lost(true);
  }

  /** Closes a connection on which nothing comes any more: some networks drop it without a word. */
  watch(socket) {
    this.cancel?.();
    this.cancel = this.wait(SILENCE / 4, () => {
      if (this.socket !== socket || socket.readyState !== 1) return;
      if (this.tick() - this.heardAt > SILENCE) {
        this.socket = null;
        socket.close();
        this.lost(true);
      } else {
        this.watch(socket);
      }
    });
  }

  /** Tries again after a wait. Where sockets do not get through at all, the board still comes by plain requests. */
  lost(opened) {
    this.cancel?.();
    this.socket = null;
    if (this.link === "refused") return;
    this.tell("lost");
    const wait = backOff(this.tries, this.chance());
    this.tries += 1;
    this.cancel = this.wait(wait, async () => {
      if (!opened || this.board === null) await this.fetchBoard();
      if (this.link !== "refused") this.connect();
    });
  }

  tell(link) {
    if (this.link === link) return;
    this.link = link;
    this.onLink(link);
  }
}

// What the invigilator wrote: one calm banner a message, until the candidate closes it.

import { element } from "../lib/dom.js";

/** onRead(number) tells the server that a message was closed. */
export function createMessages(root, text, { onRead }) {
  const shown = new Map();

  function banner({ number, at, text: written }) {
    const close = element("button", { type: "button", class: "button button--quiet" }, text("message_close"));
    close.addEventListener("click", () => onRead(number));
    const words = element("p", {}, element("strong", {}, text("message_from", { at: text.clock(at) })), ` ${written}`);
    return element("div", { class: "notice message" }, words, close);
  }

  return {
    /** Only what came or went is touched: what is being read, or held by the focus, stays. */
    show(state) {
      const messages = state.messages ?? [];
      const wanted = new Set(messages.map(({ number }) => number));
      for (const [number, node] of shown) {
        if (wanted.has(number)) continue;
        node.remove();
        shown.delete(number);
      }
      for (const message of messages.filter(({ number }) => !shown.has(number))) {
        shown.set(message.number, banner(message));
        root.append(shown.get(message.number));
      }
    },
  };
}

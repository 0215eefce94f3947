// Outside the running test: stopped, ended, or a page that no longer counts.

import { fillSlots, slot, write } from "../lib/dom.js";

export function createStopped(root, text) {
  return {
    show(state) {
      const stopped = state.time.stopped;
      write(slot(root, "scope"), text(`stopped_${stopped?.scope ?? "candidate"}`));
      write(slot(root, "reason"), stopped?.reason ?? "");
      root.querySelector('[data-part="reason"]').hidden = !stopped?.reason;
      fillSlots(root, {
        since: stopped ? text.clock(stopped.since) : "",
        left: state.time.left_ms === null ? "" : text.left(state.time.left_ms),
      });
    },
  };
}

export function createEnded(root, text) {
  const part = root.querySelector('[data-part="receipt"]');
  const code = root.querySelector('[data-part="receipt-code"]');
  // Without the picture the letters still say it all.
  code.addEventListener("error", () => {
    code.hidden = true;
  });

  function showReceipt(receipt) {
    part.hidden = receipt === null;
    if (receipt === null || code.hasAttribute("src")) return;
    code.src = "/exam/receipt.svg";
    showRoot();
  }

  /** What the session's log had come to: a help for later, for which nothing waits. */
  async function showRoot() {
    const reply = await fetch("/exam/receipt.json").catch(() => null);
    const { root: found = null, at } = reply?.ok ? await reply.json() : {};
    if (found === null) return;
    write(slot(root, "root"), found);
    write(slot(root, "root-at"), text.clock(at));
    root.querySelector('[data-part="root"]').hidden = false;
  }

  return {
    show(state) {
      const { how, at, answered, receipt } = state.ended;
      const { of, passed } = state.progress;
      // Whoever never started has no figures and nothing to be told about responses.
      const unstarted = how === "not_started" || how === "session_cancelled";
      for (const part of root.querySelectorAll('[data-part="after"], [data-part="figures"]')) part.hidden = unstarted;
      fillSlots(root, {
        how: text(`ended_${how}`),
        why: text(`ended_${how}_why`),
        at: at === null ? "–" : text.clock(at),
        answered: text("answered_of", { n: answered, of }),
        passed: String(passed),
        receipt: receipt ?? "",
      });
      root.querySelector('[data-part="passed"]').hidden = passed === 0;
      showReceipt(receipt);
    },
  };
}

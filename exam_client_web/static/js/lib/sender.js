// Runs the queue: sends one response at a time, and again, until the server has said what it holds.

import * as queues from "./queue.js";

/**
 * `respond(entry)` asks the server; `clock()` is any steady clock in ms; `timers` gives
 * later(action, ms) and cancel(id). onAnswer(reply) hears every answer that carries a state, onRefusal(code,
 * error, entry) every no, onChange() every change of what is owed.
 */
export function createSender({ respond, clock, timers, random, onAnswer, onRefusal, onChange }) {
  let queue = queues.emptyQueue();
  let timer = null;
  let life = 0;

  function become(next) {
    if (next === queue) return;
    queue = next;
    onChange();
  }

  function learn(reply, entry) {
    if (reply.kind === "ok" && reply.body.saved) {
      become(queues.acknowledged(queue, reply.body.saved, clock(), random()));
      onAnswer(reply, reply.body.state);
    } else if (reply.kind === "refused") {
      become(queues.refused(queue, reply.error.code, clock(), random()));
      onRefusal(reply.error.code, reply.error, entry);
      const state = reply.body.state ?? reply.error.state;
      if (state) onAnswer(reply, state);
    } else {
      become(queues.failed(queue, clock(), random()));
    }
  }

  async function pump() {
    timers.cancel(timer);
    timer = null;
    const { queue: next, entry } = queues.take(queue, clock());
    if (entry === null) return rest();
    become(next);
    const mine = life;
    const reply = await respond(entry);
    // What was asked before everything was loaded anew is asked again by the queue that knows of it.
    if (mine !== life) return undefined;
    learn(reply, entry);
    return pump();
  }

  /** Nothing to send now; wake up when a pause after a failure is over. */
  function rest() {
    const waits = queue.sending === null && queue.held === null && queue.waiting.length > 0;
    if (waits) timer = timers.later(pump, Math.max(1, queue.notBefore - clock()));
  }

  return {
    put(entry) {
      become(queues.put(queue, entry));
      pump();
    },
    /** Begin with what this computer kept, before anything new is put; sent from the next state on. */
    restore(entries, saved) {
      life += 1;
      timers.cancel(timer);
      timer = null;
      become(queues.restored(entries, saved));
    },
    settle(state) {
      become(queues.settle(queue, state));
      pump();
    },
    /** Do not wait for the pause after a failure to end: the network is said to be back. */
    hurry() {
      if (queue.held === null) become({ ...queue, notBefore: 0 });
      pump();
    },
    queue: () => queue,
  };
}

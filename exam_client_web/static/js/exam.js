// The candidate's page: connects the server, the clock, the queue and the views. No rule lives here.

import { createAbsence, watchAbsence, worksElsewhere } from "./lib/absence.js";
import { createAnswering } from "./lib/answering.js";
import { createApi } from "./lib/api.js";
import { backoff } from "./lib/backoff.js";
import { createComfortKept } from "./lib/comfort_kept.js";
import { createComfortSaver } from "./lib/comfort_saving.js";
import { createSettings } from "./lib/comfort_settings.js";
import { emptyClock, serverNow, withAnswer, withMessage } from "./lib/clock.js";
import { deviceMessage } from "./lib/device.js";
import { clockMinutes, clockSeconds, leftLong, minutesLong } from "./lib/format.js";
import { inHand, questionOf, wasReplaced } from "./lib/help.js";
import { createKeeping } from "./lib/keeping.js";
import { createKept } from "./lib/kept.js";
import { createLive, socketUrl } from "./lib/live.js";
import { createOutbox } from "./lib/outbox.js";
import { createSender } from "./lib/sender.js";
import { keepShell } from "./lib/shell.js";
import { createShelf } from "./lib/shelf.js";
import { initial, isNewer, reduce, viewOf } from "./lib/state.js";
import { createTabs } from "./lib/tabs.js";
import { readTexts } from "./lib/texts.js";
import { draftDelay, timeLeft } from "./lib/time_left.js";
import { createWake } from "./lib/wake.js";
import { draftOf } from "./items/index.js";
import { createEnded, createStopped } from "./views/after.js";
import { createReady, createWaiting, showCandidate } from "./views/before.js";
import { showComfort } from "./views/comfort.js";
import { createHelp } from "./views/help.js";
import { createMessages } from "./views/messages.js";
import { createReadAloud } from "./views/read_aloud.js";
import { createSavingLine } from "./views/saving_line.js";
import { createRestBreaks } from "./views/rest_breaks.js";
import { createScreen } from "./views/screen.js";
import { createTest } from "./views/test.js";
import { createTimeBar } from "./views/time_bar.js";

const TICK = 250;
const LAST_MOMENT = 3000;

const text = readTexts();
const zone = document.documentElement.dataset.zone || null;
text.clock = (instant) => clockMinutes(instant, zone, text("clock_pattern"));
text.seconds = (instant) => clockSeconds(instant, zone);
text.left = leftLong;
text.minutes = minutesLong;

const perf = () => performance.now();
const timers = { later: (action, ms) => setTimeout(action, ms), cancel: (id) => clearTimeout(id) };
const storage = (name) => {
  try {
    return window[name];
  } catch {
    return null;
  }
};

const api = createApi({ fetch: (...args) => fetch(...args), perf });
let shown = initial();
let clock = emptyClock();
let lastSaved = null;
let hand = null;
let refreshTimer = null;
let refreshFailures = 0;
let everythingKept = true;

const now = () => (clock === null ? 0 : serverNow(clock, perf()));
const left = () => (shown.state === null || clock === null ? null : timeLeft(shown.state.time, now()));

const sender = createSender({
  respond: api.respond,
  clock: perf,
  timers,
  random: Math.random,
  onAnswer(reply, state) {
    learnState(state, reply);
    const { saved } = reply.body;
    if (saved) lastSaved = { ...saved, question: questionOf(saved.position, hand) };
    render();
  },
  onRefusal: onRefusal,
  onChange() {
    keeping.keep();
    render();
  },
});
const answering = createAnswering({
  put: sender.put,
  onHand: () => keeping.keep(),
  serverNow: now,
  timers,
  delay: () => draftDelay(left(), clock?.speed ?? 1),
  draftOf,
});
const database = storage("indexedDB");
const outbox = createOutbox({
  shelf: database ? createShelf(database) : null,
  crypto,
  plain: createKept(storage("sessionStorage")),
  onKept(isKept) {
    everythingKept = isKept;
    document.body.dataset.kept = String(isKept);
    if (isKept) render();
  },
});
const keeping = createKeeping({ outbox, answering, sender });

const comfort = createSettings({
  kept: createComfortKept({ own: storage("sessionStorage"), offered: storage("localStorage") }),
  save: createComfortSaver({ send: api.comfort, onSaved: (sent) => comfort.saved(sent), timers, random: Math.random }),
});

const main = document.querySelector("main");
const bar = document.querySelector("[data-part='bar']");
const screen = createScreen(main);
const timeBar = createTimeBar(bar, text, { settings: comfort, timers });
const savingLine = createSavingLine(screen.section("test"), text, timers);
const test = createTest(screen.section("test"), text, {
  onChange: (content) => answering.change(content),
  onFinish: (content) => {
    answering.finish(content);
    render();
  },
});
const restBreaks = createRestBreaks(screen.section("test"), screen.section("stopped"), text, {
  onTake: async () => learnOrSay(await api.rest()),
  onEnd: async () => learnOrSay(await api.goOn()),
});
const readAloud = createReadAloud(screen.section("test"), text, {
  synthesis: window.speechSynthesis ?? null,
  Utterance: window.SpeechSynthesisUtterance,
  highlights: window.CSS?.highlights,
  Highlight: window.Highlight,
});
const help = createHelp(document.querySelector("[data-part='help']"), document.querySelector("[data-action='help-open']"), text, {
  onCall: async (kind) => learnOrSay(await api.help(kind)),
  onWithdraw: async (call) => learnOrSay(await api.withdraw(call)),
});
const messages = createMessages(document.querySelector("[data-part='messages']"), text, {
  onRead: async (number) => learnOrSay(await api.read(number)),
});
const views = {
  waiting: createWaiting(screen.section("waiting"), text),
  ready: createReady(screen.section("ready"), text, start),
  stopped: createStopped(screen.section("stopped"), text),
  ended: createEnded(screen.section("ended"), text),
};
screen.section("elsewhere").querySelector("[data-action='take-over']").addEventListener("click", () => tabs.take());

function learn(what) {
  const before = shown;
  shown = reduce(shown, what);
  return shown !== before;
}

/** A state came, with the reply that carried it or with a message of the live line. */
function learnState(state, reply = null) {
  // Which tab is live is settled first, then what this computer kept is loaded: nothing new goes before it.
  if (tabs.standing() === "deciding" || !isNewer(shown.state, state)) return;
  const isLive = tabs.standing() === "live";
  if (isLive && !keeping.isReady(state)) {
    keeping.ready(state).then(() => learnState(state, reply));
    return;
  }
  const sample = { now: state.now, speed: state.speed };
  clock = reply
    ? withAnswer(clock, { ...sample, sent: reply.sent, received: reply.received })
    : withMessage(clock, { ...sample, received: perf() });
  comfort.learn(state.comfort, state.comfort_decided);
  readAloud.show(state.read_aloud);
  if (!learn({ type: "state", state })) return;
  if (isLive) work(state);
  if (state.phase === "ended") end();
  render();
}

/** The state in this tab's hands: the item, what is in hand of it, the queue. */
function work(state) {
  if (state.phase === "test" && answering.take(state)) {
    const replaced = wasReplaced(hand, state);
    test.showReplaced(replaced);
    if (replaced) lastSaved = null; // A draft of what is gone: its number is this question's now.
    readAloud.stop();
    restBreaks.close();
    const { position: n, of, passed } = state.progress;
    test.showItem(answering.item(), answering.hand().content, { n, of, passed });
    if (document.body.dataset.phase === "test") {
      test.focus();
      window.scrollTo(0, 0);
    }
  }
  if (state.item !== null) hand = inHand(state);
  // A stop must not swallow the last keys: they join the queue and leave when the test goes on.
  if (state.phase === "stopped") answering.flush();
  sender.settle(state);
}

/** This tab goes on with the test, or another one does. */
function onStanding(standing) {
  learn({ type: "tab", elsewhere: standing === "elsewhere" });
  keeping.close();
  hand = lastSaved = null;
  render();
  refresh();
}

function end() {
  outbox.forget();
  tabs.leave();
  live.stop();
  timers.cancel(refreshTimer);
}

function leave(why) {
  learn({ type: "gone", why });
  tabs.leave();
  live.stop();
  timers.cancel(refreshTimer);
  render();
}

async function refresh() {
  timers.cancel(refreshTimer);
  const reply = await api.state();
  if (reply.kind === "ok") {
    refreshFailures = 0;
    learnState(reply.body, reply);
  } else if (reply.status === 401 || reply.error?.code === "signed_out") {
    return leave("signed_out");
  } else {
    refreshFailures += 1;
    render();
  }
  planRefresh();
}

/** Ask again by ourselves only where nobody tells us: no live line, or a time that has just run out. */
function planRefresh() {
  timers.cancel(refreshTimer);
  if (["ended", "signed_out", "taken_over", "unregistered"].includes(viewOf(shown))) return;
  if (refreshFailures > 0) refreshTimer = timers.later(refresh, backoff(refreshFailures, Math.random(), 1000));
  else if (left() === 0 && shown.state.phase === "test") refreshTimer = timers.later(refresh, 1000 + 1000 * Math.random());
  else if (shown.link !== "open") refreshTimer = timers.later(refresh, 4000 + 2000 * Math.random());
}

function onRefusal(code, error, entry) {
  if (code === "signed_out") return leave("signed_out");
  if (code === "bad_response" && entry.final) {
    answering.reopen();
    test.say([error.message, error.remedy].filter(Boolean).join(" "));
  }
  if (code !== "bad_response") {
    timers.cancel(refreshTimer);
    refreshTimer = timers.later(refresh, 300);
  }
  render();
}

/** What came of a call: the new state is learned; otherwise the sentence that says why not. */
function learnOrSay(reply) {
  if (reply.kind === "ok") {
    learnState(reply.body, reply);
    return null;
  }
  if (reply.kind === "trouble") return text("help_trouble");
  refresh();
  return [reply.error.message, reply.error.remedy].filter(Boolean).join(" ");
}

async function start() {
  const reply = await api.start();
  if (reply.kind === "ok") {
    learnState(reply.body, reply);
    return null;
  }
  if (reply.kind === "trouble") return text("start_trouble");
  refresh();
  return [reply.error.message, reply.error.remedy].filter(Boolean).join(" ");
}

function render() {
  const name = viewOf(shown);
  const state = shown.state;
  if (state !== null) {
    showCandidate(document, state, text);
    views[name]?.show(state);
    timeBar.showProgress(state);
    messages.show(state);
    restBreaks.show(state);
  }
  if (name === "test") renderTest(state);
  help.show(state, name);
  const changed = screen.show(name);
  document.querySelector("[data-part='offline']").hidden = refreshFailures === 0 || !["waiting", "ready", "stopped", "loading"].includes(name);
  document.title = name === "test" ? text("title_question", { n: state.progress.position }) : text("title");
  if (changed) tick();
}

function renderTest(state) {
  const own = answering.hand();
  const over = left() === 0;
  // "It is on its way" is said once it is kept here, whatever happens to this computer then.
  const waiting = test.isLast() ? "validate_last" : "validate";
  const label = over ? "time_is_up" : own.final && everythingKept ? "sending_final" : waiting;
  test.lock(over || own.final, text(label));
  savingLine.show({ queue: sender.queue(), saved: state.saved ?? lastSaved, position: own.position, reachable: refreshFailures === 0 });
}

let wasOver = false;
const woken = createWake({ date: Date.now, perf });
function tick() {
  if (woken() && shown.gone === null) refresh();
  const runs = viewOf(shown) === "test";
  const remaining = runs ? left() : null;
  timeBar.showTime(remaining, runs ? text.clock(shown.state.time.deadline) : "");
  if (remaining !== null && remaining <= LAST_MOMENT * (clock?.speed ?? 1)) answering.flush();
  const over = remaining === 0;
  if (over !== wasOver) {
    wasOver = over;
    render();
    planRefresh();
  }
}

const live = createLive({
  url: socketUrl(location, "/exam/live"),
  Socket: WebSocket,
  timers,
  random: Math.random,
  onMessage(message) {
    if (message.type === "state") learnState(message.state);
    else if (message.type === "alive") clock = withMessage(clock, { now: message.now, received: perf() });
    else if (message.type === "bye") message.why === "ended" ? refresh() : leave(message.why);
  },
  onOpen: (send) => send(deviceMessage(navigator, window.screen)),
  onLink(link) {
    if (!learn({ type: "link", link })) return;
    if (link === "open") sender.hurry();
    planRefresh();
    render();
  },
});

watchAbsence(
  document,
  createAbsence({
    report: async (ms) => (await api.away(ms)).kind !== "trouble",
    during: () => viewOf(shown) === "test" && !worksElsewhere(shown.state.item),
    clock: perf,
    timers,
  }),
);
const tabs = createTabs({
  locks: navigator.locks,
  Channel: window.BroadcastChannel,
  id: crypto.getRandomValues(new Uint32Array(1))[0],
  timers,
  onStanding,
});
window.addEventListener("pagehide", () => {
  answering.flush();
  tabs.leave();
});
// A page that the browser had put aside begins anew: its place among the tabs is gone.
window.addEventListener("pageshow", (event) => event.persisted && location.reload());
window.addEventListener("load", () => keepShell(navigator.serviceWorker));
window.addEventListener("online", () => {
  sender.hurry();
  refresh();
});
window.addEventListener("offline", () => refresh());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());

showComfort(comfort);
setInterval(tick, TICK);
render();
tabs.start();

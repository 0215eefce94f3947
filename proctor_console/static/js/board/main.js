/** Starts the board: puts the feed, the view, the clock and the actions together. */

import * as clocks from "../lib/clock.js";
import { getJson, postJson } from "../lib/send.js";
import { pageTexts } from "../lib/texts.js";
import { createActions } from "./actions.js";
import { newlyPressing } from "./attention.js";
import { createChoices } from "./choices.js";
import { createDrawing } from "./drawing.js";
import { createDuty } from "./duty.js";
import { factsOf, showFacts } from "./facts.js";
import { createJournal } from "./journal.js";
import { listenToKeys } from "./keys.js";
import { createMenu } from "./menu.js";
import { Feed } from "./socket.js";
import { createSelection } from "./selection.js";
import { isCalling, isLost, isRequested } from "./summary.js";
import { createSound } from "./sound.js";
import { createView } from "./view.js";

const root = document.getElementById("board");
const say = pageTexts();
const { lang } = document.documentElement;
const session = encodeURIComponent(root.dataset.session);
const base = `/sessions/${session}`;
const tick = () => performance.now();

let clock = clocks.unset;
const now = () => clocks.serverNow(clock, tick());

const storage = () => {
  try {
    return window.localStorage;
  } catch {
    return null; // forbidden in this browser: choices last as long as the page
  }
};
const choices = createChoices(storage());
const sound = createSound({ wanted: () => choices.of("sound") });
let pressing = null;

/** Who presses now; the first look makes no sound, since nothing has just happened. */
function listenForNeeds(board) {
  const found = newlyPressing(pressing ?? new Set(), board, now());
  if (found.isNew && pressing !== null) sound.play();
  pressing = found.ids;
}

const feed = new Feed({
  load: async () => {
    const sent = tick();
    const board = await getJson(`${base}/board.json`, say);
    clock = clocks.withAnswer(clock, { now: board.now, speed: board.speed, sent, received: tick() });
    return board;
  },
  open: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${base}/live`),
  wait: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  tick,
  chance: Math.random,
  onBoard: (board, _, before) => drawing.soon(board, before),
  onLink: (link) => {
    drawLink();
    sayLink(link);
  },
  onHeard: (instant) => {
    clock = clocks.notBefore(clock, { now: instant, received: tick() });
  },
});

/** A page that is not seen has no frames, and still says who calls. */
const drawing = createDrawing({
  draw: (board, before) => {
    view.draw(board, now());
    duty.draw(board);
    journal.draw(board);
    sayNewlyLost(before, board);
    sayNewCalls(before, board);
    sayNewRequests(before, board);
    listenForNeeds(board);
  },
  schedule: (call) => (document.hidden ? setTimeout(call, 250) : requestAnimationFrame(call)),
});

const said = document.getElementById("said");
let clearing = null;
let wasLost = false;

/** Says the outcome of an action in the reserved line; an error stays until the next thing is said. */
function announce(text, kind = "done") {
  said.dataset.kind = kind;
  said.textContent = text;
  clearTimeout(clearing);
  if (kind !== "error") clearing = setTimeout(() => (said.textContent = ""), 6_000);
}

/** The bar shows the connection all the time; that it was lost, and that it is back, is said once. */
function sayLink(link) {
  if (link === "live" && wasLost) announce(say("link_back"));
  else if (link === "lost" && !wasLost) announce(say("link_lost_now"), "warn");
  else if (link === "refused") announce(say("link_refused"), "error");
  if (link !== "loading") wasLost = link === "lost";
}

function sayNewlyLost(before, board) {
  if (before === null || before.candidates === board.candidates) return;
  const known = new Set(before.candidates.filter(isLost).map(({ id }) => id));
  const lost = board.candidates.filter((candidate) => isLost(candidate) && !known.has(candidate.id));
  if (lost.length > 0) {
    announce(say("lost_now", { names: lost.map(({ given_name: given, family_name: family }) => `${given} ${family}`).join(", ") }), "warn");
  }
}

function sayNewCalls(before, board) {
  if (before === null || before.candidates === board.candidates) return;
  const known = new Set(before.candidates.filter(isCalling).map(({ help }) => help.call));
  const calls = board.candidates.filter((candidate) => isCalling(candidate) && !known.has(candidate.help.call));
  for (const { given_name: given, family_name: family, help } of calls) {
    announce(say("help_now", { name: `${given} ${family}`, why: say(`call_${help.kind}`) }), "warn");
  }
}

/** Whoever has asked knows it; everybody else who may decide is told. */
function sayNewRequests(before, board) {
  if (before === null || before.candidates === board.candidates) return;
  const known = new Set(before.candidates.filter(isRequested).map(({ fraud }) => fraud.request));
  const asked = board.candidates.filter((candidate) => isRequested(candidate) && !known.has(candidate.fraud.request));
  for (const { given_name: given, family_name: family, fraud } of asked.filter(({ fraud: { by } }) => by !== board.session.me)) {
    announce(say("fraud_now", { name: `${given} ${family}`, by: fraud.name }), "warn");
  }
}

const post = async (path, body) => {
  const answer = await postJson(path, body, say);
  if (feed.link !== "live") await feed.fetchBoard();
  return answer;
};

const actions = createActions({
  say,
  lang,
  board: () => feed.board,
  now,
  announce,
  post,
});

const duty = createDuty({ say, lang, post, board: () => feed.board, announce, button: root.querySelector("[data-board=duty]") });
const journal = createJournal({ say, lang, board: () => feed.board });
root.querySelector("[data-board=journal]").addEventListener("click", () => feed.board && journal.open());

actions.facts = (candidate) => {
  const zone = document.documentElement.dataset.zone;
  showFacts(document.getElementById("dialog-facts"), candidate, factsOf(candidate, feed.board.session, now(), { say, lang, zone }), say);
};

const redraw = () => feed.board && view.draw(feed.board, now());
const selection = createSelection({ root, say, board: () => feed.board, now, act: actions.selection, redraw });
const view = createView({
  say,
  lang,
  root,
  actions,
  selection,
  choices,
  menu: createMenu(say("menu_title")),
  whenWaiting: () => said.textContent === "" && announce(say("order_waits")),
  board: () => feed.board,
});

const help = document.getElementById("dialog-help");
const openHelp = () => help.showModal();
document.getElementById("help").addEventListener("click", openHelp);
for (const box of help.querySelectorAll("[data-choice]")) {
  box.checked = choices.of(box.dataset.choice);
  box.addEventListener("change", () => {
    choices.keep(box.dataset.choice, box.checked);
    if (box.dataset.choice === "sound") {
      sound.wake();
      setTimeout(sound.play, 100); // so that the reader hears what was chosen
    }
  });
}
for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, sound.wake, { once: true });
listenToKeys({
  list: root.querySelector("[data-board=list]"),
  search: root.querySelector("[data-board=search]"),
  help: openHelp,
  single: () => choices.of("single"),
  selection,
});

function drawLink() {
  view.drawLink(feed.link, feed.heardAt === null ? 0 : tick() - feed.heardAt);
}

for (const button of document.querySelectorAll("[data-minutes]")) {
  button.addEventListener("click", () => {
    const field = button.closest("form").elements.minutes;
    field.value = button.dataset.minutes;
    field.focus();
  });
}

// "close" does not bubble; a dialog gives the focus back first, then this looks whether anything took it.
document.addEventListener("close", () => setTimeout(view.settleFocus), { capture: true });

view.listen(redraw);
setInterval(() => {
  drawing.due(); // what came just before the page was hidden waits for a frame that does not come
  if (feed.board) {
    view.tick(feed.board, now());
    view.arrange(feed.board, now());
    listenForNeeds(feed.board);
  }
  drawLink();
}, 1_000);
addEventListener("offline", () => feed.cut());
addEventListener("online", () => feed.hurry());
feed.start();

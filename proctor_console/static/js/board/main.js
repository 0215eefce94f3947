/** Starts the board: puts the feed, the view, the clock and the actions together. */

import * as clocks from "../lib/clock.js";
import { getJson, postJson } from "../lib/send.js";
import { pageTexts } from "../lib/texts.js";
import { createActions } from "./actions.js";
import { createMenu } from "./menu.js";
import { Feed } from "./socket.js";
import { isCalling, isLost } from "./summary.js";
import { createView } from "./view.js";

const root = document.getElementById("board");
const say = pageTexts();
const { lang } = document.documentElement;
const session = encodeURIComponent(root.dataset.session);
const base = `/sessions/${session}`;
const tick = () => performance.now();

let clock = clocks.unset;
const now = () => clocks.serverNow(clock, tick());

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
  onBoard: (board, _, before) => {
    view.draw(board, now());
    sayNewlyLost(before, board);
    sayNewCalls(before, board);
  },
  onLink: () => drawLink(),
  onHeard: (instant) => {
    clock = clocks.notBefore(clock, { now: instant, received: tick() });
  },
});

const said = document.getElementById("said");
let clearing = null;

/** Says the outcome of an action in the reserved line; an error stays until the next thing is said. */
function announce(text, kind = "done") {
  said.dataset.kind = kind;
  said.textContent = text;
  clearTimeout(clearing);
  if (kind !== "error") clearing = setTimeout(() => (said.textContent = ""), 6_000);
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

const actions = createActions({
  say,
  lang,
  board: () => feed.board,
  announce,
  post: async (path, body) => {
    const answer = await postJson(path, body, say);
    if (feed.link !== "live") await feed.fetchBoard();
    return answer;
  },
});

const view = createView({ say, lang, root, actions, menu: createMenu(say("menu_title")), board: () => feed.board });

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

view.listen(() => feed.board && view.draw(feed.board, now()));
setInterval(() => {
  if (feed.board) view.tick(feed.board, now());
  drawLink();
}, 1_000);
addEventListener("online", () => feed.link === "lost" && feed.fetchBoard());
feed.start();

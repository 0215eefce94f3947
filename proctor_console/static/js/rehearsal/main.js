/** The rehearsal on the console: fetched once, and again whenever the session's log says that there is news. */

import { createLive, socketUrl } from "/static/client/js/lib/live.js";

import { setText } from "../lib/dom.js";
import { getJson, postJson } from "../lib/send.js";
import { pageTexts } from "../lib/texts.js";
import { createDrawing, drawDetail } from "./drawing.js";
import { counted, READINESS, isNews, keyOf, newlyMeasured, said, seatsOf } from "./sheet.js";

const root = document.getElementById("rehearsal");
const base = `/sessions/${encodeURIComponent(root.dataset.session)}/rehearsal`;
const say = pageTexts();
const { lang } = document.documentElement;
const { zone } = document.documentElement.dataset;
const words = { say, lang, zone };
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
const dialog = document.getElementById("dialog-seat");

let sheet = null;
let shown = null;
let live = null;
let wasLost = false;

const draw = createDrawing({ plan: part("seats"), list: part("rows"), words, open: openDetail });

function openDetail(key) {
  shown = key;
  drawShown();
  dialog.showModal();
}

function drawShown() {
  const seat = seatsOf(sheet).find((one) => keyOf(one) === shown);
  if (seat) drawDetail(dialog, seat, { now: sheet.now, words });
}

function show(fresh) {
  // What the page was made for is another thing: its badge and its links are the server's to write.
  if (sheet !== null && sheet.state !== fresh.state) return location.reload();
  const measured = newlyMeasured(sheet, fresh);
  sheet = fresh;
  setText(slot("room"), sheet.room);
  part("waiting").hidden = !sheet.can_rehearse || sheet.code !== null;
  part("begun").hidden = sheet.code === null;
  part("over").hidden = sheet.can_rehearse;
  part("empty").hidden = sheet.seats.length > 0;
  setText(slot("code"), sheet.code ?? "");
  setText(slot("until"), sheet.code === null ? "" : said("until", sheet.ends_at, sheet.now, words));
  const counts = counted(sheet);
  for (const readiness of READINESS) setText(root.querySelector(`[data-count="${readiness}"]`), String(counts[readiness]));
  draw(sheet);
  if (dialog.open) drawShown();
  if (measured.length > 0) setText(slot("said"), measured.map((seat) => say("seat_says", { ...seat, readiness: say(seat.readiness) })).join(". "));
}

// ---- what is fetched ----------------------------------------------------------------------------------------

let fetching = false;
let again = false;

/** One fetch at a time; news that comes meanwhile is fetched after it. */
async function refresh() {
  if (fetching) {
    again = true;
    return;
  }
  fetching = true;
  try {
    show(await getJson(`${base}.json`, say));
  } catch (error) {
    if ([401, 403, 404].includes(error.status)) leave();
  } finally {
    fetching = false;
  }
  if (again) {
    again = false;
    await refresh();
  }
}

function leave() {
  live?.stop();
  setText(slot("link"), say("gone"));
  setText(slot("said"), say("gone"));
}

/** The words beside the title show the connection all the time; that it was lost, and that it is back, is said once. */
function sayLink(isLost) {
  if (isLost !== wasLost) setText(slot("said"), say(isLost ? "lost" : "back"));
  wasLost = isLost;
}

function follow() {
  live = createLive({
    url: socketUrl(location, base.replace(/rehearsal$/, "live")),
    Socket: WebSocket,
    timers: { later: (action, ms) => setTimeout(action, ms), cancel: (timer) => clearTimeout(timer) },
    random: Math.random,
    onOpen: (send) => send({ type: "follow", after: sheet.number }),
    onMessage: (message) => {
      if (isNews(sheet, message)) refresh();
    },
    onLink: (link) => {
      setText(slot("link"), say(link === "open" ? "live" : "lost"));
      sayLink(link === "lost");
      // Where sockets do not get through at all, each new try brings at least the sheet.
      if (link === "lost") refresh();
    },
  });
}

// ---- what is pressed ----------------------------------------------------------------------------------------

for (const button of root.querySelectorAll("[data-act]")) {
  button.addEventListener("click", async () => {
    setText(slot("wrong"), "");
    button.disabled = true;
    try {
      await postJson(`${base}/${button.dataset.act}`, {}, say);
      await refresh();
    } catch (error) {
      setText(slot("wrong"), [error.message, error.remedy].filter(Boolean).join(" "));
    } finally {
      button.disabled = false;
    }
  });
}

for (const button of root.querySelectorAll("[data-layout]")) {
  button.addEventListener("click", () => {
    for (const one of root.querySelectorAll("[data-layout]")) one.setAttribute("aria-pressed", String(one === button));
    part("plan").hidden = button.dataset.layout !== "plan";
    part("list").hidden = button.dataset.layout !== "list";
  });
}

await refresh();
if (sheet !== null) follow();

// A computer of the room: the seat is said, everything is measured, the server says what it comes to.

import { familyOf } from "../lib/device.js";
import { write } from "../lib/dom.js";
import { socketUrl } from "../lib/live.js";
import { readTexts } from "../lib/texts.js";
import { createExchanges, tryConnection } from "./exchanges.js";
import { createMark } from "./mark.js";
import { lacking, screenMeasured, speed, tripsMeasured } from "./measuring.js";
import { drawLines, drawSeats } from "./drawing.js";
import { createNotes } from "./sound.js";
import { voiceFound } from "./voice.js";

const TRIPS = 9;
const BLOCKS = 2;
const UP = 128 * 1024;

const root = document.getElementById("main");
const part = (name) => root.querySelector(`[data-part="${name}"]`);
const slot = (name) => root.querySelector(`[data-slot="${name}"]`);
const text = readTexts();
const exchanges = createExchanges({
  fetch: (...args) => fetch(...args),
  perf: () => performance.now(),
  date: () => Date.now(),
});
const mark = createMark(() => window.localStorage);
// What the page before had written is looked for once, before this one writes.
const storage = mark.found();
const notes = createNotes();
const room = { rows: Number(root.dataset.rows), columns: Number(root.dataset.columns) };
let chosen = null;

part("old").remove();
history.replaceState(null, "", location.pathname);

/** One view at a time; its heading takes the focus, so that a screen reader reads on from there. */
function show(name) {
  for (const view of root.querySelectorAll("[data-view]")) view.hidden = view.dataset.view !== name;
  root.querySelector(`[data-view="${name}"] h1`).focus();
}

// ---- the seat ---------------------------------------------------------------------------------------------

function choose(seat) {
  chosen = seat;
  part("start").disabled = seat === null;
  if (seat !== null) write(part("start"), text("start", seat));
}

const before = mark.seat();
const isInRoom = before !== null && before.row <= room.rows && before.column <= room.columns;
drawSeats(part("seats"), room, { text, chosen: isInRoom ? before : null, onChoose: choose });
if (isInRoom) choose(before);

part("seat-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (chosen !== null) run();
});

// ---- the measures -----------------------------------------------------------------------------------------

let done = 0;

function step(name) {
  write(slot("now"), text(`step_${name}`));
  part("progress").value = done;
  done += 1;
}

async function trips() {
  await exchanges.trip(); // the first one opens the line, and is not counted
  const samples = [];
  for (let trip = 0; trip < TRIPS; trip += 1) samples.push(await exchanges.trip());
  return tripsMeasured(samples);
}

async function blocks(exchange, latency) {
  const arrived = [];
  for (let block = 0; block < BLOCKS; block += 1) arrived.push(await exchange());
  return speed(arrived, latency);
}

/** Noise, in pieces of 64 KiB: a browser gives no more at once. */
function noise() {
  const octets = new Uint8Array(UP);
  for (let at = 0; at < UP; at += 65_536) crypto.getRandomValues(octets.subarray(at, at + 65_536));
  return octets;
}

async function measure() {
  step("browser");
  const missing = lacking(window);
  const browser = familyOf(navigator.userAgent);
  step("connection");
  const socket = await tryConnection({
    url: socketUrl(location, "/rehearsal/live"),
    Socket: WebSocket,
    later: (action, ms) => setTimeout(action, ms),
  });
  step("trips");
  const times = await trips();
  step("down");
  const down = await blocks(exchanges.down, times.latency_ms);
  step("up");
  const sent = noise();
  const up = await blocks(() => exchanges.up(sent), times.latency_ms);
  const voice = await voiceFound(window.speechSynthesis ?? null, (action, ms) => setTimeout(action, ms));
  return { browser, missing, socket, ...times, down_kbits: down, up_kbits: up, ...screenMeasured(window), storage, voice };
}

async function run() {
  const seat = chosen;
  const needsSound = part("seat-form").elements.sound.checked;
  mark.sits(seat);
  done = 0;
  write(slot("running-title"), text("running", seat));
  show("running");
  try {
    const measures = await measure();
    const sound = needsSound ? await listen() : "not_needed";
    step("sending");
    finish(seat, await exchanges.tell(seat, { ...measures, sound }));
  } catch (error) {
    fail(error);
  }
}

/** Plays the notes and waits for what the person says. */
async function listen() {
  step("sound");
  show("sound");
  await notes.play();
  return new Promise((resolve) => {
    for (const button of root.querySelectorAll("[data-heard]")) button.onclick = () => resolve(button.dataset.heard);
  });
}

// ---- what it comes to -------------------------------------------------------------------------------------

function finish(seat, { readiness, summary, lines }) {
  part("progress").value = part("progress").max;
  write(slot("summary"), summary);
  write(slot("where"), text(readiness === "ready" ? "where" : "where_wrong", seat));
  part("outcome").dataset.readiness = readiness;
  drawLines(part("lines"), lines);
  part("again").classList.toggle("button--primary", readiness !== "ready");
  show("result");
}

/** The rehearsal may be over: then the page for the code says so. */
function fail(error) {
  if (error.isOver) {
    location.hash = "over";
    return location.reload();
  }
  write(slot("failure"), error.message || text("trouble"));
  show("failed");
}

part("again-sound").addEventListener("click", () => notes.play());
part("again").addEventListener("click", run);
part("retry").addEventListener("click", run);
part("elsewhere").addEventListener("click", () => show("seat"));
show("seat");

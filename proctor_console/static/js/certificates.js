/** A whole class of certificates with progress: fetched one by one, saved as one archive. */

import { setText } from "./lib/dom.js";
import { showSummary } from "./lib/fields.js";
import { pageTexts } from "./lib/texts.js";
import { zipped } from "./lib/zip.js";

const say = pageTexts();

/** The name that the server gives to a file. */
export function nameIn(disposition, otherwise) {
  return /filename="([^"]+)"/.exec(disposition ?? "")?.[1] ?? otherwise;
}

async function fetched(address, folder) {
  const reply = await fetch(address);
  if (!reply.ok) return null;
  const name = nameIn(reply.headers.get("content-disposition"), "certificat.pdf");
  return { name: `${folder}/${name}`, octets: new Uint8Array(await reply.arrayBuffer()) };
}

function save(parts, name) {
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob(parts, { type: "application/zip" })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function prepare(card, chosen) {
  const rows = [...document.querySelectorAll("[data-candidate]")].filter(({ dataset }) => chosen === "" || dataset.of === chosen);
  const progress = card.querySelector("[data-part=progress]");
  const bar = progress.querySelector("progress");
  const tell = (n) => {
    bar.value = n / rows.length;
    setText(progress.querySelector("[data-slot=said]"), say("progress", { n, of: rows.length }));
  };
  progress.hidden = false;
  const files = [];
  let failed = 0;
  for (const [at, { dataset }] of rows.entries()) {
    tell(at);
    const file = await fetched(dataset.candidate, dataset.of).catch(() => null);
    if (file) files.push(file);
    else failed += 1;
  }
  tell(rows.length);
  if (files.length > 0) save(zipped(files), `certificats-${chosen || "toutes"}.zip`);
  progress.hidden = true;
  if (failed > 0) showSummary(card, { kind: "warn", title: say("progress_failed", { n: failed }), lines: [say("progress_remedy")] });
  else showSummary(card, { kind: "", title: say("progress_done") });
}

function start() {
  const card = document.querySelector("[data-certificates]");
  let isBusy = false;
  card?.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-class]");
    if (link === null) return;
    event.preventDefault(); // Without this script the link itself gives the archive.
    if (isBusy) return;
    isBusy = true;
    await prepare(card, link.dataset.class).finally(() => {
      isBusy = false;
    });
  });
}

if (typeof document !== "undefined") start();

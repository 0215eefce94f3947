// The candidate's page without a network: keeps its frame and its static files, and shows them during a cut.
// It never keeps a state, a question, a response or a name, and answers for nothing but /exam and /static.
// The server puts {version, files} before this file: what they are of this release.

const { version, files } = self.PASSATION_SHELL;
const PREFIX = "passation-shell-";
const CACHE = PREFIX + version;
const SHELL = "/exam/shell";
// A line that is dead without saying so: what is kept is shown rather than a window that waits.
const PATIENCE = 4000;

self.addEventListener("install", (event) => {
  event.waitUntil(install());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === "/exam") event.respondWith(page(event));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL, ...files]);
  await self.skipWaiting();
}

/** This release's files are whole: those of others go, and the pages that are open are served by it. */
async function takeOver() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** A reply with all of its body: half a page is worse than the one that is kept. */
async function whole(request) {
  const reply = await fetch(request);
  // A redirection is followed by the browser; it has no body to wait for.
  if (reply.type === "opaqueredirect" || reply.status === 304) return reply;
  const body = await reply.arrayBuffer();
  return new Response(body, { status: reply.status, statusText: reply.statusText, headers: reply.headers });
}

function fromNetwork(request) {
  const late = new Promise((_, fail) => {
    setTimeout(() => fail(new Error("too slow")), PATIENCE);
  });
  return Promise.race([whole(request), late]);
}

async function page(event) {
  try {
    const reply = await fromNetwork(event.request);
    if (reply.status < 500) {
      event.waitUntil(refreshShell());
      return reply;
    }
  } catch {
    // No network, or none to speak of.
  }
  return (await caches.match(SHELL)) ?? fetch(event.request);
}

/** The frame in the language that is read now. */
async function refreshShell() {
  try {
    await (await caches.open(CACHE)).add(SHELL);
  } catch {
    // The one that is kept stays.
  }
}

async function file(request) {
  try {
    const reply = await fromNetwork(request);
    if (reply.ok) return reply;
  } catch {
    // What is kept of this release is the same file.
  }
  return (await caches.match(request, { ignoreSearch: true })) ?? fetch(request);
}

// Lets the browser keep this page itself, so that loading it again during a cut shows the page and no error.

/** `container` is navigator.serviceWorker; it is missing on plain http, and then the page is as it was. */
export async function keepShell(container) {
  try {
    await container?.register("/exam/worker.js", { scope: "/exam", updateViaCache: "none" });
  } catch {
    // A browser that forbids it, or a cut right now: the next loading tries again.
  }
}

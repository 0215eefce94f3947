/** One way to write to the server: JSON or a file out, the answer or one error shape back. */

/** A refusal of the server, or a network that did not carry (`code` is "network"). */
export class Refused extends Error {
  constructor({ code, message, remedy = null, problems = [], ...rest }, status = 0) {
    super(message);
    Object.assign(this, { code, remedy, problems: problems ?? [], rest, status });
  }
}

/** What a reply says: its JSON, or a Refused with the server's own words. `say` gives the words for when there are none. */
export function read(status, text, say) {
  let body = null;
  try {
    body = text ? JSON.parse(text) : {};
  } catch {
    body = null;
  }
  if (status >= 200 && status < 300 && body !== null) return body;
  const error = body?.error ?? { code: "unreadable", message: say("error_unreadable"), remedy: say("error_unreadable_remedy") };
  throw new Refused(error, status);
}

async function exchange(url, options, say) {
  let reply;
  let text;
  try {
    reply = await fetch(url, { credentials: "same-origin", ...options });
    text = await reply.text();
  } catch {
    throw new Refused({ code: "network", message: say("error_network"), remedy: say("error_network_remedy") });
  }
  return read(reply.status, text, say);
}

export const postJson = (url, body, say) =>
  exchange(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }, say);

export const postForm = (url, form, say) => exchange(url, { method: "POST", body: form }, say);

export const getJson = (url, say) => exchange(url, { headers: { Accept: "application/json" }, cache: "no-store" }, say);

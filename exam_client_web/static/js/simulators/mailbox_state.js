// The machine of a mailbox: the same rules as the server's, which alone decides what the acts are worth.

import { Refused } from "./acts.js";

export const LONGEST_SUBJECT = 150;
export const LONGEST_WRITTEN = 500;
const MOST_PEOPLE = 20;
const LONGEST_FIELD = 500;
const KINDS = ["new", "reply", "reply_all", "forward"];
const REPORTS = ["phishing", "junk"];
const ADDRESS = /^[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/;

const impossible = () => new Refused("mail_impossible");
const lengthOf = (text) => [...text].length;
const unique = (list) => [...new Set(list)].sort();

/** The mailbox before anything was done. */
export function start(item) {
  const messages = item.messages.map(({ id, folder, starred, read }) => [id, { folder, reported: "", starred, read }]);
  return { messages: Object.fromEntries(messages), sent: [], done: [] };
}

/** The folder of a role: folderOf(item, "junk"). */
export function folderOf(item, role) {
  return item.folders.find((folder) => folder.role === role).id;
}

function placedIn(state, id) {
  if (!Object.hasOwn(state.messages, id)) throw impossible();
  return state.messages[id];
}

function withMessage(state, id, changes) {
  return { ...state, messages: { ...state.messages, [id]: { ...placedIn(state, id), ...changes } } };
}

function havingDone(state, verb, id) {
  return { ...state, done: unique([...state.done, `${verb} ${id}`]) };
}

function moved(item, state, id, folder) {
  const known = item.folders.some((one) => one.id === folder);
  if (placedIn(state, id).folder === folder || !known) throw impossible();
  return withMessage(state, id, { folder });
}

function flagged(state, id, flag) {
  const changes = { star: { starred: true }, unstar: { starred: false }, read: { read: true }, unread: { read: false } }[flag];
  const placed = placedIn(state, id);
  if (!changes || Object.entries(changes).every(([name, value]) => placed[name] === value)) throw impossible();
  return withMessage(state, id, changes);
}

/** Addresses as they are typed: commas, semicolons, line ends or blanks between them. */
export function addressesIn(typed) {
  return typed.split(/[\s,;]+/).filter((part) => part !== "");
}

export function isAddress(text) {
  return ADDRESS.test(text);
}

function people(field) {
  const addresses = field === "" ? [] : field.split(" ");
  if (addresses.length > MOST_PEOPLE || lengthOf(field) > LONGEST_FIELD) throw new Refused("mail_too_many_people");
  const wrong = addresses.find((address) => !isAddress(address));
  if (wrong !== undefined) throw new Refused("mail_bad_address", { what: wrong });
  return unique(addresses.map((address) => address.toLowerCase()));
}

function files(item, attached, forwarded) {
  const names = attached === "" ? [] : attached.split(" ");
  const source = item.messages.find((message) => message.id === forwarded);
  const known = [...item.attachable, ...(source?.attachments ?? [])].map((file) => file.id);
  if (new Set(names).size !== names.length || !names.every((name) => known.includes(name))) throw impossible();
  return unique(names);
}

function sent(item, state, [kind, source, to, cc, bcc, subject, body, attached]) {
  if (!KINDS.includes(kind) || (source === "") !== (kind === "new")) throw impossible();
  if (source !== "") placedIn(state, source);
  if (lengthOf(subject) > LONGEST_SUBJECT || lengthOf(body) > LONGEST_WRITTEN) throw new Refused("mail_too_long");
  const addressed = { to: people(to), cc: people(cc), bcc: people(bcc) };
  if (Object.values(addressed).every((field) => field.length === 0)) throw new Refused("mail_nobody");
  const attachments = files(item, attached, kind === "forward" ? source : "");
  return { ...state, sent: [...state.sent, { kind, source, ...addressed, subject, body, attachments }] };
}

const VERBS = {
  open: { count: 1, apply: (item, state, [id]) => havingDone(withMessage(state, id, { read: true }), "open", id) },
  details: { count: 1, apply: (item, state, [id]) => placedIn(state, id) && havingDone(state, "details", id) },
  link: {
    count: 1,
    apply(item, state, [id]) {
      if (!item.messages.some((message) => message.body.some((piece) => piece.id === id))) throw impossible();
      return havingDone(state, "link", id);
    },
  },
  attachment: {
    count: 1,
    apply(item, state, [id]) {
      if (!item.messages.some((message) => message.attachments.some((one) => one.id === id))) throw impossible();
      return havingDone(state, "attachment", id);
    },
  },
  move: { count: 2, apply: (item, state, [id, folder]) => moved(item, state, id, folder) },
  delete: { count: 1, apply: (item, state, [id]) => moved(item, state, id, folderOf(item, "trash")) },
  report: {
    count: 2,
    apply(item, state, [id, why]) {
      if (!REPORTS.includes(why) || placedIn(state, id).reported === why) throw impossible();
      return withMessage(state, id, { folder: folderOf(item, "junk"), reported: why });
    },
  },
  unreport: {
    count: 1,
    apply(item, state, [id]) {
      if (placedIn(state, id).folder !== folderOf(item, "junk")) throw impossible();
      return withMessage(state, id, { folder: folderOf(item, "inbox"), reported: "" });
    },
  },
  flag: { count: 2, apply: (item, state, [id, flag]) => flagged(state, id, flag) },
  send: { count: 8, apply: sent },
};

/** The mailbox after one act; throws Refused when it is not possible. */
export function apply(item, state, [verb, ...rest]) {
  const rule = Object.hasOwn(VERBS, verb) ? VERBS[verb] : null;
  if (rule === null || rest.length !== rule.count || !rest.every((part) => typeof part === "string")) throw impossible();
  return rule.apply(item, state, rest);
}

// -- what a message that is being written begins with ----------------------------------------------------------

const same = (left, right) => left.toLowerCase() === right.toLowerCase();

/** "Re : …" once. */
export function subjectOf(kind, subject) {
  const prefix = { reply: "Re", reply_all: "Re", forward: "Tr" }[kind];
  if (prefix === undefined) return "";
  const begun = subject.toLowerCase().startsWith(prefix.toLowerCase()) && /^..\s?:/.test(subject);
  return [...(begun ? subject : `${prefix}\u00a0: ${subject}`)].slice(0, LONGEST_SUBJECT).join("");
}

/** The addresses that a reply goes to: the sender (or where they want it), and with "all" everybody else too. */
export function recipientsOf(item, kind, message) {
  if (kind !== "reply" && kind !== "reply_all") return { to: [], cc: [] };
  const mine = (address) => same(address, item.owner.address);
  const others = (list) => list.map((one) => one.address).filter((address) => !mine(address));
  const own = mine(message.from.address);
  const first = own ? others(message.to) : [message.reply_to || message.from.address];
  if (kind === "reply") return { to: first, cc: [] };
  const to = unique([...first, ...others(message.to)]);
  return { to, cc: others(message.cc).filter((address) => !to.includes(address)) };
}

/** Everybody whose address is known: the address book, then who wrote or was written to; each address once. */
export function knownPeople(item) {
  const contacts = item.contacts.map(({ text, address }) => ({ name: text, address }));
  const met = item.messages.flatMap((message) => [message.from, ...message.to, ...message.cc]);
  const seen = new Set([item.owner.address.toLowerCase()]);
  return [...contacts, ...met].filter(({ address }) => {
    const key = address.toLowerCase();
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

// Reading a message: what can be done with it, its details, its links and attachments.

import { element, inFrench, quoting, write } from "../lib/dom.js";
import { buildList, groupsOf } from "../views/stem.js";
import { button } from "./acts.js";
import { folderOf } from "./mailbox_state.js";

const full = (person) => `${person.name} <${person.address}>`;
const names = (people) => people.map((one) => one.name).join(", ");

/** The message that is open, as parts of the pane. */
export function drawMessage(mail, message) {
  const { text } = mail;
  const title = inFrench("h2", { class: "mail__title", tabindex: "-1", "data-key": "title" }, message.text);
  const address = element("p", { class: "mail__address" });
  return [
    drawTools(mail, message),
    title,
    drawHead(mail, message),
    drawBody(mail, message, address),
    address,
    ...(message.attachments.length > 0 ? [drawAttachments(mail, message)] : []),
  ].map((part) => {
    if (part === address) show(address, null, text);
    return part;
  });
}

function drawTools(mail, message) {
  const { text } = mail;
  const { id } = message;
  const now = mail.state.messages[id];
  const tool = (key, act, values = {}) => button(quoting(text(key), values), act, { "data-key": key });
  const inJunk = now.folder === folderOf(mail.item, "junk");
  const tools = [
    tool("mail_back", () => mail.go({ message: null }, id), { where: mail.folderName(mail.view.folder) }),
    tool("mail_reply", () => mail.write("reply", message)),
    tool("mail_reply_all", () => mail.write("reply_all", message)),
    tool("mail_forward", () => mail.write("forward", message)),
    tool("mail_delete", () => mail.performAway("delete", id)),
    tool("mail_report_phishing", () => mail.performAway("report", id, "phishing")),
    inJunk ? tool("mail_unreport", () => mail.performAway("unreport", id)) : tool("mail_report_junk", () => mail.performAway("report", id, "junk")),
    tool(now.starred ? "mail_unstar" : "mail_star", () => flag(mail, id, now.starred ? "unstar" : "star")),
    tool("mail_mark_unread", () => mail.performAway("flag", id, "unread")),
  ];
  disable(tools, "mail_delete", now.folder === folderOf(mail.item, "trash"));
  disable(tools, "mail_report_phishing", now.reported === "phishing");
  disable(tools, "mail_report_junk", now.reported === "junk");
  return element("div", { class: "mail__tools", role: "group", "aria-label": text("mail_tools") }, ...tools, drawMove(mail, message));
}

function disable(tools, key, off) {
  if (off) tools.find((tool) => tool.dataset.key === key)?.setAttribute("aria-disabled", "true");
}

function flag(mail, id, way) {
  mail.perform("flag", id, way);
  mail.focusOn(way === "star" ? "mail_unstar" : "mail_star");
}

/** A folder is chosen, then the message is moved: two steps, so that arrow keys in the list move nothing. */
function drawMove(mail, message) {
  const { text } = mail;
  const here = mail.state.messages[message.id].folder;
  const folders = mail.item.folders.filter((folder) => folder.id !== here);
  const select = element("select", { class: "input mail__select", id: "mail-move", "data-key": "move" });
  select.append(...folders.map((folder) => mail.folderName(folder.id, "option", { value: folder.id })));
  const move = button(text("mail_move"), () => mail.performAway("move", message.id, select.value), { "data-key": "move-ok" });
  return element("span", { class: "mail__move" }, element("label", { for: "mail-move" }, text("mail_move_to")), select, move);
}

function drawHead(mail, message) {
  const { text } = mail;
  const open = mail.view.shown.has("details");
  const toggle = button(text(open ? "mail_details_hide" : "mail_details"), () => toggleDetails(mail, message), {
    "data-key": "details",
    "aria-expanded": String(open),
  });
  const lines = open
    ? [
        ["mail_from", full(message.from)],
        ["mail_field_to", message.to.map(full).join(", ")],
        ["mail_field_cc", message.cc.map(full).join(", ")],
        ["mail_reply_to", message.reply_to],
        ["mail_date", message.date],
        ["mail_received", message.received],
      ]
    : [
        ["mail_from", message.from.name],
        ["mail_field_to", names(message.to)],
        ["mail_field_cc", names(message.cc)],
        ["mail_date", message.date],
      ];
  const list = element("dl", { class: "mail__head" });
  for (const [key, value] of lines) {
    if (value) list.append(element("dt", {}, text(key)), inFrench("dd", {}, value));
  }
  return element("div", { class: "mail__heading" }, list, toggle);
}

function toggleDetails(mail, message) {
  mail.toggle("details");
  const first = mail.view.shown.has("details") && !mail.state.done.includes(`details ${message.id}`);
  if (first) mail.perform("details", message.id);
}

/** The line where the address of a link is seen; it keeps its room, so that nothing jumps. */
function show(line, address, text) {
  write(line, address === null ? "\u00a0" : text("mail_address", { what: address }));
}

/** A text of a message as it was typed, but for its lists: lines with a mark that follow one another are one. */
export function drawWords(words) {
  const nodes = [];
  let plain = [];
  const end = () => {
    if (plain.length > 0) nodes.push(inFrench("span", {}, plain.join("\n")));
    plain = [];
  };
  for (const { tag, lines } of groupsOf(words.split("\n").map((text) => ({ text })))) {
    if (tag === "p") plain.push(lines[0].text);
    else {
      end();
      nodes.push(inFrench("div", {}, buildList(tag, lines)));
    }
  }
  end();
  return nodes;
}

function drawBody(mail, message, line) {
  // A link stands inside a line: only what is text from end to end is cut into lines.
  const isText = message.body.every(({ id }) => id === undefined);
  const drawPiece = (piece) => (piece.id === undefined ? [inFrench("span", {}, piece.text)] : drawLink(mail, piece, line));
  const pieces = isText ? drawWords(message.body.map((piece) => piece.text).join("")) : message.body.flatMap(drawPiece);
  return element("div", { class: "mail__body" }, ...pieces);
}

function drawLink(mail, piece, line) {
  const { text } = mail;
  const open = mail.view.shown.has(piece.id);
  const link = inFrench("button", { type: "button", role: "link", class: "mail__link", "data-key": piece.id, "aria-describedby": `${piece.id}-address` }, piece.text);
  link.addEventListener("click", () => mail.perform("link", piece.id));
  for (const name of ["focus", "pointerenter"]) link.addEventListener(name, () => show(line, piece.address, text));
  for (const name of ["blur", "pointerleave"]) link.addEventListener(name, () => show(line, null, text));
  const look = element("button", { type: "button", class: "mail__look", "data-key": `look ${piece.id}`, "aria-expanded": String(open) });
  look.append(text("mail_look"), element("span", { class: "visually-hidden" }, " ", ...quoting(text("mail_look_of"), { what: piece.text })));
  look.addEventListener("click", () => mail.toggle(piece.id));
  const address = element("span", { class: "mail__real", id: `${piece.id}-address`, hidden: !open }, text("mail_address", { what: piece.address }));
  return [link, " ", look, " ", address];
}

function drawAttachments(mail, message) {
  const { text } = mail;
  const rows = message.attachments.map((one) => {
    const open = button(text("mail_open"), () => openAttachment(mail, one), { "data-key": one.id });
    open.append(inFrench("span", { class: "visually-hidden" }, ` ${one.text}`));
    const row = element("li", { class: "mail__file" }, inFrench("span", { class: "mail__name" }, one.text), element("span", { class: "soft" }, one.size), open);
    if (mail.view.shown.has(one.id)) {
      row.append(element("p", { class: "mail__preview", lang: one.preview ? "fr" : null }, one.preview || text("mail_no_preview")));
    }
    return row;
  });
  const title = element("h3", {}, text.counted("mail_attached", rows.length));
  return element("div", { class: "mail__attachments" }, title, element("ul", {}, ...rows));
}

function openAttachment(mail, one) {
  if (!mail.view.shown.has(one.id)) mail.toggle(one.id);
  mail.perform("attachment", one.id);
}

/** A message that was sent from here: to look at only. */
export function drawSent(mail, sent) {
  const { text } = mail;
  const list = element("dl", { class: "mail__head" });
  for (const field of ["to", "cc", "bcc"]) {
    if (sent[field].length > 0) list.append(element("dt", {}, text(`mail_field_${field}`)), element("dd", {}, sent[field].join(", ")));
  }
  const attached = allFiles(mail.item).filter((one) => sent.attachments.includes(one.id));
  if (attached.length > 0) {
    list.append(element("dt", {}, text.counted("mail_attached", attached.length)), inFrench("dd", {}, attached.map((one) => one.text).join(", ")));
  }
  const back = button(quoting(text("mail_back"), { where: mail.folderName(mail.view.folder) }), () => mail.go({ message: null }));
  const title = element("h2", { class: "mail__title", tabindex: "-1", "data-key": "title" }, sent.subject || text("mail_no_subject"));
  return [element("div", { class: "mail__tools" }, back), title, element("div", { class: "mail__heading" }, list), element("div", { class: "mail__body" }, sent.body)];
}

/** Everything of the item that can be attached. */
export function allFiles(item) {
  return [...item.attachable, ...item.messages.flatMap((message) => message.attachments)];
}

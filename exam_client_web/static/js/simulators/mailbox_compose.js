// Writing a message: to whom, with the address book at hand, the subject, the text, the attachments.

import { element, inFrench, write } from "../lib/dom.js";
import { button } from "./acts.js";
import { drawWords } from "./mailbox_message.js";
import { LONGEST_SUBJECT, LONGEST_WRITTEN, addressesIn, knownPeople, recipientsOf, subjectOf } from "./mailbox_state.js";

const FIELDS = ["to", "cc", "bcc"];

/** What a message begins with: a reply with its recipients, a forward with the attachments. */
export function begin(item, kind, source) {
  const { to, cc } = source === null ? { to: [], cc: [] } : recipientsOf(item, kind, source);
  const attached = kind === "forward" ? source.attachments.map((one) => one.id) : [];
  return {
    kind,
    source,
    to: to.join(", "),
    cc: cc.join(", "),
    bcc: "",
    subject: source === null ? "" : subjectOf(kind, source.text),
    body: "",
    attached: new Set(attached),
    book: false,
  };
}

/** The act that sends it. */
export function sendAct(item, { kind, source, to, cc, bcc, subject, body, attached }) {
  const people = [to, cc, bcc].map((typed) => addressesIn(typed).join(" "));
  const offered = offeredFiles(item, kind, source).map((one) => one.id);
  const files = offered.filter((id) => attached.has(id)).join(" ");
  return ["send", kind, source?.id ?? "", ...people, subject.trim(), body.trim(), files];
}

function offeredFiles(item, kind, source) {
  return [...(kind === "forward" ? source.attachments : []), ...item.attachable];
}

/** The form, as parts of the pane. What is typed is kept in the view, so that drawing anew loses nothing. */
export function drawCompose(mail) {
  const { text, item } = mail;
  const compose = mail.view.compose;
  const title = element("h2", { class: "mail__title", tabindex: "-1", "data-key": "title" }, text(`mail_title_${compose.kind}`));
  const problem = element("p", { class: "field__error", role: "alert" });
  const people = FIELDS.map((name) => drawField(mail, name));
  const form = element("div", { class: "mail__form" }, ...people, drawBook(mail), drawSubject(mail), drawText(mail));
  const files = offeredFiles(item, compose.kind, compose.source);
  if (files.length > 0) form.append(drawFiles(mail, files));
  const send = button(text("mail_send"), () => trySending(mail, problem), { class: "button button--primary sim__button", "data-key": "send" });
  const cancel = button(text("mail_cancel"), () => mail.go({ compose: null }), { "data-key": "cancel" });
  form.append(problem, element("div", { class: "row" }, send, cancel));
  return compose.source === null ? [title, form] : [title, form, drawOriginal(mail, compose.source)];
}

/** Refused: the reason stands beside the button, and what was typed stays. */
function trySending(mail, problem) {
  const before = mail.view;
  mail.view = { ...mail.view, compose: null, message: null };
  if (mail.perform(...sendAct(mail.item, before.compose))) return mail.focusOn("title");
  mail.view = before;
  write(problem, mail.foot.said.textContent);
}

function labelled(mail, name, node) {
  const label = element("label", { for: node.id }, mail.text(`mail_field_${name}`));
  return element("div", { class: "field mail__field" }, label, node);
}

function drawField(mail, name) {
  const { compose } = mail.view;
  const input = element("textarea", { class: "input", id: `mail-${name}`, rows: 1, "data-key": name, autocomplete: "off", spellcheck: "false", maxlength: 500 });
  input.value = compose[name];
  input.addEventListener("input", () => {
    compose[name] = input.value;
    showPressed(mail);
  });
  return labelled(mail, name, input);
}

function drawSubject(mail) {
  const { compose } = mail.view;
  const input = element("input", { class: "input", id: "mail-subject", type: "text", "data-key": "subject", autocomplete: "off", maxlength: LONGEST_SUBJECT });
  input.value = compose.subject;
  input.addEventListener("input", () => {
    compose.subject = input.value;
  });
  return labelled(mail, "subject", input);
}

function drawText(mail) {
  const { compose } = mail.view;
  const area = element("textarea", { class: "input", id: "mail-body", rows: 5, "data-key": "body", autocomplete: "off", maxlength: LONGEST_WRITTEN });
  area.value = compose.body;
  area.addEventListener("input", () => {
    compose.body = area.value;
  });
  return labelled(mail, "body", area);
}

// -- the address book -----------------------------------------------------------------------------------------

function drawBook(mail) {
  const { text } = mail;
  const { compose } = mail.view;
  const people = knownPeople(mail.item);
  const list = element("ul", { class: "mail__book", hidden: !compose.book }, ...people.map((person) => drawPerson(mail, person)));
  const toggle = button(text("mail_book"), () => {
    compose.book = !compose.book;
    list.hidden = !compose.book;
    toggle.setAttribute("aria-expanded", String(compose.book));
  });
  toggle.setAttribute("aria-expanded", String(compose.book));
  return element("div", {}, toggle, list);
}

const holds = (typed, address) => addressesIn(typed).some((one) => one.toLowerCase() === address.toLowerCase());

function drawPerson(mail, person) {
  const { text } = mail;
  const buttons = FIELDS.map((name) =>
    button(text(`mail_field_${name}`), () => toggleAddress(mail, name, person.address), {
      "aria-pressed": String(holds(mail.view.compose[name], person.address)),
      "aria-label": text("mail_put", { field: text(`mail_field_${name}`), who: person.name }),
      "data-field": name,
      "data-address": person.address,
    }),
  );
  const who = element("span", { class: "mail__person" }, element("span", {}, person.name), " ", element("span", { class: "soft" }, person.address));
  return element("li", {}, who, element("span", { class: "mail__fields" }, ...buttons));
}

function toggleAddress(mail, name, address) {
  const { compose } = mail.view;
  const there = addressesIn(compose[name]);
  const next = holds(compose[name], address) ? there.filter((one) => one.toLowerCase() !== address.toLowerCase()) : [...there, address];
  compose[name] = next.join(", ");
  mail.querySelector(`#mail-${name}`).value = compose[name];
  showPressed(mail);
}

function showPressed(mail) {
  for (const node of mail.querySelectorAll("[data-address]")) {
    node.setAttribute("aria-pressed", String(holds(mail.view.compose[node.dataset.field], node.dataset.address)));
  }
}

// -- attachments and the message that is answered --------------------------------------------------------------

function drawFiles(mail, files) {
  const { attached } = mail.view.compose;
  const rows = files.map((file) => {
    const box = element("input", { type: "checkbox", value: file.id });
    box.checked = attached.has(file.id);
    box.addEventListener("change", () => (box.checked ? attached.add(file.id) : attached.delete(file.id)));
    return element("label", { class: "mail__attach" }, box, inFrench("span", {}, file.text), element("span", { class: "soft" }, file.size));
  });
  return element("fieldset", { class: "mail__files" }, element("legend", {}, mail.text("mail_attach")), ...rows);
}

function drawOriginal(mail, source) {
  const words = source.body.map((piece) => piece.text).join("");
  const head = element("p", { class: "soft" }, mail.text("mail_original", { who: source.from.name }));
  return element("blockquote", { class: "mail__original" }, head, element("div", { class: "mail__body" }, ...drawWords(words)));
}

// The mailbox on the page: its folders and their messages; reading and writing are in files of their own.

import { element, inFrench, quoting } from "../lib/dom.js";
import { Simulator, button, define, roam } from "./acts.js";
import { begin, drawCompose } from "./mailbox_compose.js";
import { drawMessage, drawSent } from "./mailbox_message.js";
import { apply, folderOf, start } from "./mailbox_state.js";

export const NAME = "passation-mailbox";

class PassationMailbox extends Simulator {
  start(item) {
    this.view ??= { folder: folderOf(item, "inbox"), message: null, compose: null, shown: new Set() };
    return start(item);
  }

  apply(state, act) {
    return apply(this.item, state, act);
  }

  restarted() {
    this.view = { folder: folderOf(this.item, "inbox"), message: null, compose: null, shown: new Set() };
  }

  unfinished() {
    return this.view.compose === null ? null : "mail_unsent";
  }

  // -- names ------------------------------------------------------------------------------------------------

  /** A folder's name in a tag: that of a usual folder is the page's, another one the item's. */
  folderName(id, tag = "span", attributes = {}) {
    const { role, text } = this.item.folders.find((one) => one.id === id);
    return role === null ? inFrench(tag, attributes, text) : element(tag, attributes, this.text(`mail_folder_${role}`));
  }

  message(id) {
    return this.item.messages.find((one) => one.id === id);
  }

  inFolder(id) {
    return this.item.messages.filter((message) => this.state.messages[message.id].folder === id);
  }

  told([verb, id, more]) {
    const subject = this.message(id)?.text;
    const about = (key, quoted = { what: subject }) => quoting(this.text(key), quoted);
    const told = {
      link: () => this.text("mail_told_link", { what: this.linkOf(id).address }),
      attachment: () => this.text("mail_told_attachment"),
      move: () => about("mail_told_move", { what: subject, where: this.folderName(more) }),
      delete: () => about("mail_told_delete"),
      report: () => about(`mail_told_report_${more}`),
      unreport: () => about("mail_told_unreport"),
      flag: () => about(`mail_told_${more}`),
      send: () => this.text("mail_told_send"),
    }[verb];
    return told ? told() : "";
  }

  linkOf(id) {
    return this.item.messages.flatMap((message) => message.body).find((piece) => piece.id === id);
  }

  // -- going about ------------------------------------------------------------------------------------------

  go(changes, focus = "title") {
    this.view = { ...this.view, ...changes };
    this.refresh();
    this.focusOn(focus);
  }

  openFolder(id) {
    this.go({ folder: id, message: null, compose: null }, `folder ${id}`);
  }

  openMessage(id) {
    this.view = { ...this.view, message: id, compose: null, shown: new Set() };
    const known = this.state.done.includes(`open ${id}`) && this.state.messages[id].read;
    if (!known) this.perform("open", id);
    else this.refresh();
    this.focusOn("title");
  }

  /** Acts by which the message leaves its folder lead back to the list. */
  performAway(...act) {
    if (this.perform(...act)) this.go({ message: null });
  }

  write(kind, source) {
    this.go({ compose: begin(this.item, kind, source), message: source?.id ?? null }, kind === "new" || kind === "forward" ? "to" : "body");
  }

  toggle(key) {
    const shown = new Set(this.view.shown);
    if (!shown.delete(key)) shown.add(key);
    this.view = { ...this.view, shown };
    this.refresh();
  }

  // -- drawing ----------------------------------------------------------------------------------------------

  draw() {
    this.stage.replaceChildren(this.drawBar(), element("div", { class: "mail" }, this.drawFolders(), this.drawPane()));
  }

  drawBar() {
    const title = element("p", { class: "sim__title" }, this.text("mail_of", { who: this.item.owner.name }));
    const write = button(this.text("mail_new"), () => this.write("new", null), { "data-key": "new" });
    write.hidden = this.view.compose !== null;
    return element("div", { class: "sim__bar" }, title, write);
  }

  drawFolders() {
    const rows = this.item.folders.map(({ id }) => {
      const unread = this.inFolder(id).filter((message) => !this.state.messages[message.id].read).length;
      const row = button(this.folderName(id), () => this.openFolder(id), {
        class: "mail__folder",
        "data-key": `folder ${id}`,
        "aria-current": id === this.view.folder ? "true" : null,
      });
      if (unread > 0) {
        row.append(
          element("span", { class: "mail__count", "aria-hidden": "true" }, String(unread)),
          element("span", { class: "visually-hidden" }, this.text.counted("mail_unread", unread)),
        );
      }
      return element("li", {}, row);
    });
    return element("nav", { class: "mail__folders", "aria-label": this.text("mail_folders") }, element("ul", {}, ...rows));
  }

  drawPane() {
    const pane = element("div", { class: "mail__pane" });
    if (this.view.compose !== null) pane.append(...drawCompose(this));
    else if (typeof this.view.message === "number") pane.append(...drawSent(this, this.state.sent[this.view.message]));
    else if (this.view.message !== null) pane.append(...drawMessage(this, this.message(this.view.message)));
    else pane.append(...this.drawList());
    return pane;
  }

  drawList() {
    const { folder } = this.view;
    const title = this.folderName(folder, "h2", { class: "mail__title", tabindex: "-1", "data-key": "title" });
    const rows = this.inFolder(folder).map((message) => this.drawRow(message));
    if (folder === folderOf(this.item, "sent")) {
      rows.unshift(...this.state.sent.map((sent, place) => this.drawSentRow(sent, place)).reverse());
    }
    if (rows.length === 0) return [title, element("p", { class: "mail__empty" }, this.text("mail_empty"))];
    rows.forEach((row, place) => {
      row.tabIndex = place === 0 ? 0 : -1;
    });
    const list = element("ul", { class: "mail__list" }, ...rows.map((row) => element("li", {}, row)));
    roam(list, () => rows);
    return [title, list];
  }

  drawRow(message) {
    const { read, starred, reported } = this.state.messages[message.id];
    const outgoing = message.from.address.toLowerCase() === this.item.owner.address.toLowerCase();
    const names = outgoing ? message.to.map((one) => one.name).join(", ") : message.from.name;
    const who = quoting(outgoing ? this.text("mail_to") : "{who}", { who: names });
    const row = element("button", { type: "button", class: `mail__row${read ? "" : " mail__row--unread"}`, "data-key": message.id });
    if (!read) row.append(element("span", { class: "visually-hidden" }, `${this.text("mail_is_unread")} `));
    const marks = [];
    if (starred) marks.push(this.text("mail_is_starred"));
    if (message.attachments.length > 0) marks.push(this.text.counted("mail_attached", message.attachments.length));
    if (reported) marks.push(this.text(`mail_is_${reported}`));
    const subject = inFrench("span", { class: "mail__subject" }, message.text);
    row.append(...this.rowParts(who, subject, inFrench("span", { class: "mail__date" }, message.date), marks));
    row.addEventListener("click", () => this.openMessage(message.id));
    return row;
  }

  drawSentRow(sent, place) {
    const row = element("button", { type: "button", class: "mail__row", "data-key": `sent ${place}` });
    const who = this.text("mail_to", { who: [...sent.to, ...sent.cc, ...sent.bcc].join(", ") });
    const subject = element("span", { class: "mail__subject" }, sent.subject || this.text("mail_no_subject"));
    row.append(...this.rowParts(who, subject, element("span", { class: "mail__date" }, this.text("mail_now")), []));
    row.addEventListener("click", () => this.go({ message: place }));
    return row;
  }

  rowParts(who, subject, date, marks) {
    return [
      element("span", { class: "mail__who" }, ...[who].flat()),
      " ",
      date,
      " ",
      subject,
      " ",
      ...marks.flatMap((mark) => [element("span", { class: "mail__mark" }, mark), " "]),
    ];
  }
}

define(NAME, PassationMailbox);

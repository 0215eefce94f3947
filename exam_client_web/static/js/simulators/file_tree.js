// The file manager on the page: the folders, the list of one of them, what can be done with what is ticked.

import { element, inFrench, quoting } from "../lib/dom.js";
import { Simulator, button, define } from "./acts.js";
import { drawPanel } from "./file_tree_panels.js";
import { ROOT, TRASH, ancestorsOf, apply, childrenOf, factsOf, foldersOf, isPlace, sortedBy, start } from "./file_tree_state.js";

export const NAME = "passation-file-tree";
const LOOKS = ["open", "properties"];
const COLUMNS = ["name", "size", "kind", "modified"];

const atFirst = () => ({ folder: ROOT, ticked: new Set(), column: "name", down: false, panel: null });

class PassationFileTree extends Simulator {
  start(item) {
    this.view ??= atFirst();
    return start(item);
  }

  apply(state, act) {
    return apply(state, act);
  }

  restarted() {
    this.view = atFirst();
  }

  /** A panel that asks for something is still open. */
  unfinished() {
    return this.view.panel === null || LOOKS.includes(this.view.panel.kind) ? null : "drive_unfinished";
  }

  // -- names ------------------------------------------------------------------------------------------------

  nameOf(id) {
    if (id === TRASH) return this.text("drive_trash");
    return id === ROOT ? this.item.root.text : this.state.nodes[id].name;
  }

  /** A place's name as a piece of a sentence: all but the bin's are the item's own. */
  named(id) {
    return element("span", { lang: id === TRASH ? null : "fr" }, this.nameOf(id));
  }

  /** "Mes documents › Photos › 2026" */
  placeOf(id) {
    const above = ancestorsOf(this.state, id).reverse();
    return [...above, id].map((one) => this.nameOf(one)).join(" › ");
  }

  /** The kind of a file, in the item's words or in those of the page, in a tag. */
  labelOf(node, tag, attributes = {}) {
    const { label } = factsOf(this.item, node);
    return label === null ? element(tag, attributes, this.text(`drive_kind_${node.kind}`)) : inFrench(tag, attributes, label);
  }

  /** The name of one thing, the number of several. */
  what(chosen) {
    const ids = chosen.split(" ");
    if (ids.length > 1) return element("span", {}, this.text("drive_several", { n: ids.length }));
    return inFrench("span", {}, `«\u00a0${this.nameOf(ids[0])}\u00a0»`);
  }

  told([verb, first, second], before) {
    const values = {
      move: () => ({ what: this.what(first), where: this.named(second) }),
      copy: () => ({ what: this.what(first), where: this.named(second) }),
      rename: () => ({ what: before.nodes[first].name, name: second }),
      folder: () => ({ name: second }),
      compress: () => ({ name: second }),
    }[verb];
    return quoting(this.text(`drive_told_${verb}`), values ? values() : { what: this.what(first) });
  }

  // -- going about ------------------------------------------------------------------------------------------

  go(changes, focus) {
    this.view = { ...this.view, ...changes };
    this.refresh();
    if (focus) this.focusOn(focus);
  }

  openFolder(id, focus = "title") {
    this.go({ folder: id, ticked: new Set(), panel: null }, focus);
  }

  openPanel(kind, id = null) {
    this.go({ panel: { kind, id } }, "panel");
  }

  closePanel() {
    const { panel } = this.view;
    this.go({ panel: null }, panel === null ? null : panel.kind === "open" ? panel.id : panel.kind);
  }

  /** An act that is done closes what asked for it; one that is refused leaves it open. */
  performHere(...act) {
    const before = this.view;
    this.view = { ...before, panel: null, ticked: new Set() };
    if (this.perform(...act)) return this.focusOn("title");
    this.view = before;
    return false;
  }

  get chosen() {
    return this.shownEntries()
      .map(([id]) => id)
      .filter((id) => this.view.ticked.has(id));
  }

  shownEntries() {
    const { folder, column, down } = this.view;
    return sortedBy(this.item, childrenOf(this.state, folder), column, down);
  }

  // -- drawing ----------------------------------------------------------------------------------------------

  draw() {
    if (this.view.folder !== TRASH && !isPlace(this.state, this.view.folder)) this.view = { ...this.view, folder: ROOT };
    const panel = this.view.panel === null ? [] : [drawPanel(this, this.view.panel)];
    const pane = element("div", { class: "drive__pane" }, this.drawTools(), ...panel, ...this.drawList());
    this.stage.replaceChildren(element("div", { class: "drive" }, this.drawTree(), pane));
  }

  drawTree() {
    const places = [{ id: ROOT, depth: 0 }, ...foldersOf(this.state), { id: TRASH, depth: 0 }];
    const rows = places.map(({ id, depth }) => {
      const row = button(this.named(id), () => this.openFolder(id, `place ${id}`), {
        class: `drive__place drive__place--${Math.min(depth, 5)}`,
        "data-key": `place ${id}`,
        "aria-current": id === this.view.folder ? "true" : null,
      });
      if (id === TRASH) row.append(` (${childrenOf(this.state, TRASH).length})`);
      return element("li", {}, row);
    });
    return element("nav", { class: "drive__tree", "aria-label": this.text("drive_tree") }, element("ul", {}, ...rows));
  }

  drawTools() {
    const chosen = this.chosen;
    const only = chosen.length === 1 ? this.state.nodes[chosen[0]] : null;
    const tool = (key, usable, act) => {
      const node = button(this.text(`drive_${key}`), act, { "data-key": key });
      if (!usable) node.setAttribute("aria-disabled", "true");
      return node;
    };
    const group = element("div", { class: "sim__bar", role: "group", "aria-label": this.text("drive_tools") });
    if (this.view.folder === TRASH) {
      group.append(tool("restore", only !== null, () => this.performHere("restore", chosen[0])));
      return group;
    }
    const some = chosen.length > 0;
    const panel = (key) => () => this.openPanel(key);
    group.append(
      tool("folder", true, panel("folder")),
      tool("move", some, panel("move")),
      tool("copy", some, panel("copy")),
      tool("rename", only !== null, panel("rename")),
      tool("delete", some, () => this.performHere("delete", chosen.join(" "))),
      tool("compress", some, panel("compress")),
      tool("extract", only?.kind === "archive", () => this.performHere("extract", chosen[0])),
      tool("properties", only !== null, () => this.lookAt(chosen[0])),
    );
    return group;
  }

  lookAt(id) {
    this.view = { ...this.view, panel: { kind: "properties", id } };
    if (this.state.looked.includes(id)) this.refresh();
    else this.perform("properties", id);
    this.focusOn("panel");
  }

  drawList() {
    const { folder } = this.view;
    const facts = { class: "drive__title", id: "drive-title", tabindex: "-1", "data-key": "title" };
    const title = folder === TRASH ? element("h2", facts, this.nameOf(TRASH)) : inFrench("h2", facts, this.placeOf(folder));
    const entries = this.shownEntries();
    const parts = [element("div", { class: "drive__where" }, title, ...this.drawUp())];
    if (entries.length === 0) return [...parts, element("p", { class: "drive__empty" }, this.text("drive_empty"))];
    const rows = entries.map(([id, node]) => this.drawRow(id, node));
    const table = element("table", { class: "drive__table", "aria-labelledby": title.id }, this.drawHead(entries), element("tbody", {}, ...rows));
    this.letArrows(table);
    return [...parts, element("div", { class: "drive__scroll" }, table)];
  }

  drawUp() {
    const { folder } = this.view;
    if (folder === ROOT || folder === TRASH) return [];
    const parent = this.state.nodes[folder].parent;
    return [button(quoting(this.text("drive_up"), { where: this.named(parent) }), () => this.openFolder(parent), { "data-key": "up" })];
  }

  drawHead(entries) {
    const every = element("input", { type: "checkbox", "aria-label": this.text("drive_tick_all"), "data-key": "tick all" });
    every.checked = entries.every(([id]) => this.view.ticked.has(id));
    every.addEventListener("change", () => this.go({ ticked: new Set(every.checked ? entries.map(([id]) => id) : []), panel: null }));
    const box = element("label", { class: "drive__tick" }, every);
    const cells = COLUMNS.map((column) => this.drawColumn(column));
    return element("thead", {}, element("tr", {}, element("td", {}, box), ...cells));
  }

  drawColumn(column) {
    const sorted = this.view.column === column;
    const sort = element("button", { type: "button", class: "drive__sort", "data-key": `sort ${column}` }, this.text(`drive_column_${column}`));
    if (sorted) sort.append(element("span", { "aria-hidden": "true" }, this.view.down ? " ▼" : " ▲"));
    sort.addEventListener("click", () => this.go({ column, down: sorted && !this.view.down }));
    const order = sorted ? (this.view.down ? "descending" : "ascending") : null;
    return element("th", { scope: "col", class: `drive__${column}`, "aria-sort": order }, sort);
  }

  drawRow(id, node) {
    const facts = factsOf(this.item, node);
    const box = element("input", { type: "checkbox", "data-key": `tick ${id}` });
    const tick = element("span", { class: "visually-hidden" }, ...quoting(this.text("drive_tick"), { what: node.name }));
    box.checked = this.view.ticked.has(id);
    box.addEventListener("change", () => this.tick(id, box.checked));
    const open = element("button", { type: "button", class: "drive__open", "data-key": id });
    open.append(element("span", { class: `drive__icon drive__icon--${node.kind}` }), inFrench("span", {}, node.name));
    open.addEventListener("click", () => this.open(id, node));
    const row = element("tr", { class: box.checked ? "drive__row--ticked" : null });
    row.append(
      element("td", {}, element("label", { class: "drive__tick" }, box, tick)),
      element("th", { scope: "row" }, open),
      inFrench("td", { class: "drive__size" }, node.kind === "folder" ? "" : facts.size),
      this.labelOf(node, "td", { class: "drive__kind" }),
      inFrench("td", { class: "drive__modified" }, facts.modified),
    );
    return row;
  }

  tick(id, ticked) {
    const next = new Set(this.view.ticked);
    if (ticked) next.add(id);
    else next.delete(id);
    this.go({ ticked: next, panel: null });
  }

  open(id, node) {
    if (this.view.folder === TRASH) return this.say(this.text("drive_in_trash"));
    if (node.kind === "folder") return this.openFolder(id);
    return this.openPanel("open", id);
  }

  /** The arrows go up and down in the column of the names, or of the boxes. */
  letArrows(table) {
    table.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by === undefined) return;
      const kind = event.target.tagName === "INPUT" ? "tbody input" : ".drive__open";
      const column = [...table.querySelectorAll(kind)];
      const next = column[column.indexOf(event.target) + by];
      if (!column.includes(event.target)) return;
      event.preventDefault();
      next?.focus();
    });
  }
}

define(NAME, PassationFileTree);

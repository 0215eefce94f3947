// What opens over the list of files: asking for a name or a folder, showing properties or what is in a file.

import { element, inFrench, quoting, write } from "../lib/dom.js";
import { button } from "./acts.js";
import { LONGEST_NAME, ROOT, childrenOf, factsOf, foldersOf, halvesOf } from "./file_tree_state.js";

const QUESTION = "drive-question";

/** The panel of the view, with the focus on its first thing. */
export function drawPanel(files, panel) {
  const draw = { folder, rename, compress, move, copy, properties, open: content }[panel.kind];
  const node = element("div", { class: "sim__panel", role: "group", "aria-labelledby": QUESTION }, ...draw(files, panel));
  node.addEventListener("keydown", (event) => event.key === "Escape" && files.closePanel());
  return node;
}

const question = (said, attributes = {}) => element("p", { class: "drive__question", id: QUESTION, ...attributes }, ...said);

function whatIsChosen(files) {
  return files.what(files.chosen.join(" "));
}

function buttons(files, label, act) {
  const cancel = button(files.text("drive_cancel"), () => files.closePanel());
  return element("div", { class: "row" }, button(label, act, { class: "button button--primary sim__button" }), cancel);
}

/** A field for a name; Enter does what the button does. */
function askName(files, { said, label, name, act }) {
  const problem = element("p", { class: "field__error", role: "alert" });
  const input = element("input", { class: "input", id: "drive-name", type: "text", "data-key": "panel", maxlength: LONGEST_NAME, autocomplete: "off", spellcheck: "false" });
  input.value = name;
  const go = () => {
    if (!act(input.value.trim())) write(problem, files.foot.said.textContent);
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    go();
  });
  const field = element("div", { class: "field" }, element("label", { for: "drive-name" }, files.text("drive_name")), input);
  return [question(said), field, problem, buttons(files, label, go)];
}

function folder(files) {
  const said = quoting(files.text("drive_ask_folder"), { where: files.named(files.view.folder) });
  return askName(files, { said, label: files.text("drive_create"), name: "", act: (name) => done(files, "folder", files.view.folder, name) });
}

function rename(files) {
  const [id] = files.chosen;
  const { name } = files.state.nodes[id];
  const said = quoting(files.text("drive_ask_rename"), { what: name });
  return askName(files, { said, label: files.text("drive_rename"), name, act: (next) => done(files, "rename", id, next) });
}

function compress(files) {
  const { chosen } = files;
  const [stem] = halvesOf(files.state.nodes[chosen[0]]);
  const said = quoting(files.text("drive_ask_compress"), { what: whatIsChosen(files) });
  const act = (name) => done(files, "compress", chosen.join(" "), name === "" || name.toLowerCase().endsWith(".zip") ? name : `${name}.zip`);
  return askName(files, { said, label: files.text("drive_compress"), name: `${stem}.zip`, act });
}

const done = (files, ...act) => files.performHere(...act) !== false;

/** A folder is chosen in a list, then the act is done. */
function askFolder(files, verb) {
  const { text, chosen } = files;
  const select = element("select", { class: "input", id: "drive-target", "data-key": "panel" });
  for (const { id, depth } of [{ id: ROOT, depth: 0 }, ...foldersOf(files.state)]) {
    select.append(inFrench("option", { value: id }, `${"\u2003".repeat(depth)}${files.nameOf(id)}`));
  }
  select.value = files.view.folder;
  const problem = element("p", { class: "field__error", role: "alert" });
  const act = () => {
    if (!done(files, verb, chosen.join(" "), select.value)) write(problem, files.foot.said.textContent);
  };
  const field = element("div", { class: "field" }, element("label", { for: "drive-target" }, text("drive_target")), select);
  return [question(quoting(text(`drive_ask_${verb}`), { what: whatIsChosen(files) })), field, problem, buttons(files, text(`drive_${verb}_here`), act)];
}

const move = (files) => askFolder(files, "move");
const copy = (files) => askFolder(files, "copy");

function close(files) {
  return element("div", { class: "row" }, button(files.text("drive_close"), () => files.closePanel()));
}

function properties(files, { id }) {
  const { text } = files;
  const node = files.state.nodes[id];
  const facts = factsOf(files.item, node);
  const list = element("dl", { class: "drive__facts" });
  const lines = [
    ["drive_column_name", inFrench("dd", {}, node.name)],
    ["drive_column_kind", files.labelOf(node, "dd")],
    ["drive_where", inFrench("dd", {}, files.placeOf(node.parent))],
    ["drive_column_size", inFrench("dd", {}, node.kind === "folder" ? "" : facts.size)],
    ["drive_column_modified", inFrench("dd", {}, facts.modified)],
    ["drive_holds", node.kind === "file" ? element("dd") : namesIn(files, id, "dd")],
  ];
  for (const [key, value] of lines) {
    if (value.textContent) list.append(element("dt", {}, text(key)), value);
  }
  return [question(quoting(text("drive_properties_of"), { what: node.name }), { tabindex: "-1", "data-key": "panel" }), list, close(files)];
}

/** What a folder or an archive holds, in a tag. */
function namesIn(files, id, tag, attributes = {}) {
  const names = childrenOf(files.state, id).map(([, node]) => node.name);
  return names.length === 0 ? element(tag, attributes, files.text("drive_nothing")) : inFrench(tag, attributes, names.join(", "));
}

/** A file that is opened: what the item shows of it; an archive: what it holds. */
function content(files, { id }) {
  const { text } = files;
  const node = files.state.nodes[id];
  const head = question([node.name], { tabindex: "-1", "data-key": "panel", lang: "fr" });
  const facts = { class: "drive__content" };
  if (node.kind === "archive") return [head, namesIn(files, id, "p", facts), close(files)];
  const words = factsOf(files.item, node).content;
  return [head, words ? inFrench("p", facts, words) : element("p", facts, text("drive_no_content")), close(files)];
}

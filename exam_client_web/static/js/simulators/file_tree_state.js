// The machine of a file manager: the same rules as the server's, which alone decides what the acts are worth.

import { Refused } from "./acts.js";

export const ROOT = "e0";
export const TRASH = "trash";
export const LONGEST_NAME = 80;
const MOST_NODES = 300;
const COPIED = " - Copie";
const FORBIDDEN = /[\\/:*?"<>|]/;
const SIGNS = '\\ / : * ? " < > |';
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

const impossible = () => new Refused("drive_impossible");
const sameName = (name) => name.normalize("NFC").toLowerCase();

/** The key of the sentence that says why a file may not be called so, or null. */
export function wrongName(name) {
  if (name === "") return "drive_no_name";
  if ([...name].length > LONGEST_NAME) return "drive_long_name";
  if (FORBIDDEN.test(name) || UNPRINTABLE.test(name)) return "drive_bad_character";
  if (/^[ \u00a0]|[ \u00a0]$|\.$/.test(name)) return "drive_bad_end";
  return null;
}

/** The tree before anything was done. */
export function start(item) {
  const nodes = item.entries.map(({ id, parent, text, kind }) => [id, { parent, name: text, kind, origin: id, was: "" }]);
  return { nodes: Object.fromEntries(nodes), made: 0, looked: [] };
}

const nodeOf = (state, id) => (Object.hasOwn(state.nodes, id) ? state.nodes[id] : null);

/** [id, node] of what a folder, an archive or the trash holds, in the order in which it came to be. */
export function childrenOf(state, parent) {
  return Object.entries(state.nodes).filter(([, node]) => node.parent === parent);
}

/** What holds a thing, from the nearest on. */
export function ancestorsOf(state, id) {
  const found = [];
  for (let node = nodeOf(state, id); node !== null; node = nodeOf(state, node.parent)) found.push(node.parent);
  return found;
}

/** Whether it can be seen and touched: not in the trash and not in an archive. */
export function isLive(state, id) {
  const above = ancestorsOf(state, id);
  return above.at(-1) === ROOT && above.slice(0, -1).every((one) => state.nodes[one].kind === "folder");
}

export function isPlace(state, id) {
  return id === ROOT || (nodeOf(state, id)?.kind === "folder" && isLive(state, id));
}

function liveNode(state, id) {
  if (!isLive(state, id)) throw impossible();
  return state.nodes[id];
}

/** Things of one folder, as they can be ticked in a list, and that folder. */
function selected(state, chosen) {
  const ids = chosen.split(" ");
  const parents = new Set(ids.map((id) => liveNode(state, id).parent));
  if (new Set(ids).size !== ids.length || parents.size !== 1) throw impossible();
  return { ids, parent: [...parents][0] };
}

function checkTarget(state, ids, target) {
  if (!isPlace(state, target)) throw impossible();
  if ([target, ...ancestorsOf(state, target)].some((id) => ids.includes(id))) throw new Refused("drive_into_itself");
}

function freeName(state, parent, name, but = "") {
  const wrong = wrongName(name);
  if (wrong !== null) throw new Refused(wrong, { signs: SIGNS });
  const taken = childrenOf(state, parent).some(([id, node]) => id !== but && sameName(node.name) === sameName(name));
  if (taken) throw new Refused("drive_taken", { what: name });
  return name;
}

const having = (state, id, changes) => ({ ...state, nodes: { ...state.nodes, [id]: { ...state.nodes[id], ...changes } } });

function withNew(state, node) {
  if (Object.keys(state.nodes).length >= MOST_NODES) throw new Refused("drive_full");
  const id = `n${state.made + 1}`;
  return { id, state: { ...state, made: state.made + 1, nodes: { ...state.nodes, [id]: { was: "", ...node } } } };
}

function withCopy(state, id, parent, name) {
  const { kind, origin } = state.nodes[id];
  const below = childrenOf(state, id);
  const copy = withNew(state, { parent, name, kind, origin });
  return below.reduce((tree, [one, node]) => withCopy(tree, one, copy.id, node.name), copy.state);
}

/** A file's name before its extension, and the extension with its point. */
export function halvesOf({ name, kind }) {
  const point = name.lastIndexOf(".");
  return point > 0 && kind !== "folder" ? [name.slice(0, point), name.slice(point)] : [name, ""];
}

function move(state, [chosen, target]) {
  const { ids, parent } = selected(state, chosen);
  if (target === parent) throw new Refused("drive_already_there");
  checkTarget(state, ids, target);
  return ids.reduce((tree, id) => {
    freeName(tree, target, tree.nodes[id].name);
    return having(tree, id, { parent: target });
  }, state);
}

function copy(state, [chosen, target]) {
  const { ids, parent } = selected(state, chosen);
  checkTarget(state, ids, target);
  return ids.reduce((tree, id) => {
    const [stem, extension] = halvesOf(tree.nodes[id]);
    const name = target === parent ? stem + COPIED + extension : tree.nodes[id].name;
    return withCopy(tree, id, target, freeName(tree, target, name));
  }, state);
}

function rename(state, [id, name]) {
  const node = liveNode(state, id);
  if (node.name === name) throw new Refused("drive_same_name");
  return having(state, id, { name: freeName(state, node.parent, name, id) });
}

function folder(state, [parent, name]) {
  if (!isPlace(state, parent)) throw impossible();
  return withNew(state, { parent, name: freeName(state, parent, name), kind: "folder", origin: "" }).state;
}

function remove(state, [chosen]) {
  const { ids, parent } = selected(state, chosen);
  return ids.reduce((tree, id) => having(tree, id, { parent: TRASH, was: parent }), state);
}

function restore(state, [id]) {
  const node = nodeOf(state, id);
  if (node?.parent !== TRASH) throw impossible();
  if (!isPlace(state, node.was)) throw new Refused("drive_place_gone");
  freeName(state, node.was, node.name);
  return having(state, id, { parent: node.was, was: "" });
}

function extract(state, [id]) {
  const archive = liveNode(state, id);
  if (archive.kind !== "archive") throw impossible();
  const name = freeName(state, archive.parent, halvesOf(archive)[0]);
  const held = childrenOf(state, id);
  const made = withNew(state, { parent: archive.parent, name, kind: "folder", origin: "" });
  return held.reduce((tree, [one, node]) => withCopy(tree, one, made.id, node.name), made.state);
}

function compress(state, [chosen, name]) {
  const { ids, parent } = selected(state, chosen);
  if (!name.toLowerCase().endsWith(".zip") || [...name].length < 5) throw new Refused("drive_not_zip");
  const made = withNew(state, { parent, name: freeName(state, parent, name), kind: "archive", origin: "" });
  return ids.reduce((tree, id) => withCopy(tree, id, made.id, tree.nodes[id].name), made.state);
}

function properties(state, [id]) {
  liveNode(state, id);
  return { ...state, looked: [...new Set([...state.looked, id])].sort() };
}

const VERBS = { move, copy, rename, folder, delete: remove, restore, extract, compress, properties };
const COUNTS = { move: 2, copy: 2, rename: 2, folder: 2, delete: 1, restore: 1, extract: 1, compress: 2, properties: 1 };

/** The tree after one act; throws Refused when it is not possible. */
export function apply(state, [verb, ...rest]) {
  const known = Object.hasOwn(VERBS, verb) && rest.length === COUNTS[verb];
  if (!known || !rest.every((part) => typeof part === "string")) throw impossible();
  return VERBS[verb](state, rest);
}

// -- what the screen shows ---------------------------------------------------------------------------------------

/** The facts of a thing: its own ones from the scene, or those of what it is a copy of. */
export function factsOf(item, node) {
  const entry = item.entries.find((one) => one.id === node.origin);
  return entry ?? { label: null, size: "", octets: 0, modified: "", sorting: "", content: "" };
}

/** Folders first, then by the column; equal ones by name. */
export function sortedBy(item, entries, column, down) {
  const keys = {
    name: () => 0,
    size: ([, node]) => factsOf(item, node).octets,
    kind: ([, node]) => factsOf(item, node).label ?? "",
    modified: ([, node]) => factsOf(item, node).sorting,
  };
  const key = keys[column];
  const compare = (left, right) => {
    const [a, b] = [key(left), key(right)];
    const by = typeof a === "number" ? a - b : a.localeCompare(b, "fr");
    return (by || left[1].name.localeCompare(right[1].name, "fr", { numeric: true })) * (down ? -1 : 1);
  };
  const rank = ([, node]) => (node.kind === "folder" ? 0 : 1);
  return [...entries].sort((left, right) => rank(left) - rank(right) || compare(left, right));
}

/** All folders with their depth, each under the one that holds it, by name. */
export function foldersOf(state, parent = ROOT, depth = 1) {
  return childrenOf(state, parent)
    .filter(([, node]) => node.kind === "folder")
    .sort((left, right) => left[1].name.localeCompare(right[1].name, "fr", { numeric: true }))
    .flatMap(([id, node]) => [{ id, name: node.name, depth }, ...foldersOf(state, id, depth + 1)]);
}

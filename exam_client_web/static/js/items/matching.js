// Matching: each line gets its counterpart from a drop-down list.

import { element, inFrench, quoting, write } from "../lib/dom.js";

// From this length on a counterpart is cut off in half a line: the lists then stand under their texts.
const LONG = 38;

/** The counterparts of a draft, by line, as far as the item has both. */
export function givenIn(item, content) {
  const rights = new Set(item.rights.map((right) => right.id));
  const pairs = content?.pairs ?? {};
  return new Map(item.lefts.map(({ id }) => [id, pairs[id]]).filter(([, right]) => rights.has(right)));
}

/** {"pairs": {"l1": "r3", …}}, in the order of the lines. */
export function contentOf(item, given) {
  return { pairs: Object.fromEntries(item.lefts.filter(({ id }) => given.has(id)).map(({ id }) => [id, given.get(id)])) };
}

/** For each line whose counterpart stands on another line too: the text of that other line. */
export function clashes(item, given) {
  if (item.reuse) return new Map();
  const found = new Map();
  for (const { id } of item.lefts) {
    const other = item.lefts.find((left) => left.id !== id && given.has(id) && given.get(left.id) === given.get(id));
    if (other !== undefined) found.set(id, other.text);
  }
  return found;
}

export function missing(item, content) {
  const given = givenIn(item, content);
  if (given.size === 0) return "match_none";
  if (clashes(item, given).size > 0) return "match_twice";
  return given.size < item.lefts.length ? "match_some" : null;
}

/** What the sentence about something missing names: the first line that is left out. */
export function named(item, content) {
  const given = givenIn(item, content);
  return { what: item.lefts.find(({ id }) => !given.has(id))?.text };
}

function buildRow(left, item, chosen, text) {
  const note = element("p", { class: "match__note", id: `match-note-${left.id}` });
  const select = element(
    "select",
    { class: "input match__right", id: `match-${left.id}`, "aria-describedby": note.id },
    element("option", { value: "" }, text("choose")),
    ...item.rights.map((right) => inFrench("option", { value: right.id }, right.text)),
  );
  select.value = chosen ?? "";
  const label = inFrench("label", { class: "match__left", for: select.id }, left.text);
  return { row: element("div", { class: "match__row" }, label, select, note), select, note };
}

export function build(container, item, draft, onChange, text) {
  const given = givenIn(item, draft);
  const said = element("p", { class: "visually-hidden", role: "status" });
  const long = item.rights.some((right) => right.text.length > LONG);
  const list = element("div", { class: long ? "match match--long" : "match" });
  const rows = new Map(item.lefts.map((left) => [left.id, buildRow(left, item, given.get(left.id), text)]));

  // A counterpart that is taken is not taken away elsewhere: the arrow keys run through a list's choices.
  const same = (found, id) => (found.has(id) ? quoting(text("match_same"), { what: found.get(id) }) : "");
  function show() {
    const found = clashes(item, given);
    for (const [id, { note }] of rows) write(note, same(found, id));
    return found;
  }
  for (const [id, { row, select }] of rows) {
    select.addEventListener("change", () => {
      if (select.value === "") given.delete(id);
      else given.set(id, select.value);
      write(said, same(show(), id));
      // A sentence that comes or goes on a line above moves this one: it must not slide under the way on.
      select.scrollIntoView({ block: "nearest" });
      onChange(contentOf(item, given));
    });
    list.append(row);
  }
  show();
  container.append(element("p", { class: "answer__hint" }, text(item.reuse ? "match_reuse" : "match_once")), list, said);
}

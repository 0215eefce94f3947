// Categorising: each thing is one line of radio inputs, one for each category.

import { element, inFrench } from "../lib/dom.js";

/** The categories of a draft, by thing, as far as the item has both. */
export function placesIn(item, content) {
  const categories = new Set(item.categories.map((category) => category.id));
  const places = content?.places ?? {};
  return new Map(item.things.map(({ id }) => [id, places[id]]).filter(([, category]) => categories.has(category)));
}

/** {"places": {"o1": "c2", …}}, in the order of the things. */
export function contentOf(item, places) {
  return { places: Object.fromEntries(item.things.filter(({ id }) => places.has(id)).map(({ id }) => [id, places.get(id)])) };
}

export function missing(item, content) {
  const placed = placesIn(item, content).size;
  if (placed === 0) return "place_none";
  return placed < item.things.length ? "place_some" : null;
}

/** What the sentence about something missing names: the first thing that is left out. */
export function named(item, content) {
  const places = placesIn(item, content);
  return { what: item.things.find(({ id }) => !places.has(id))?.text };
}

function buildChoice(thing, category, chosen, choose) {
  const input = element("input", { type: "radio", name: `place-${thing.id}`, value: category.id });
  input.checked = category.id === chosen;
  input.addEventListener("change", () => choose(thing.id, category.id));
  return element("label", { class: "choice sort__choice" }, input, inFrench("span", {}, category.text));
}

export function build(container, item, draft, onChange) {
  const places = placesIn(item, draft);
  const choose = (thing, category) => {
    places.set(thing, category);
    onChange(contentOf(item, places));
  };
  for (const thing of item.things) {
    const name = inFrench("p", { class: "sort__thing", id: `thing-${thing.id}` }, thing.text);
    const choices = item.categories.map((category) => buildChoice(thing, category, places.get(thing.id), choose));
    const line = element("div", { class: "sort__choices" }, ...choices);
    const look = item.categories.length > 2 ? "sort__row sort__row--many" : "sort__row";
    container.append(element("div", { class: look, role: "radiogroup", "aria-labelledby": name.id }, name, line));
  }
}

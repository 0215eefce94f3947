// Filling in: a text with fields and drop-down lists in its gaps.

import { element, inFrench } from "../lib/dom.js";
import * as numeric from "./numeric.js";
import { namer } from "../views/stem.js";

const tidied = (gap, typed) => (gap.kind === "number" ? numeric.tidy(typed) : typed.trim());

/** {"gaps": ["…", "o2", …]}: what stands in every gap, "" where nothing does yet. */
export function contentOf(item, values) {
  return { gaps: item.gaps.map((gap, index) => tidied(gap, values[index])) };
}

/** What a draft says of each gap; a choice that the item has not is none. */
export function valuesIn(item, content) {
  const given = content?.gaps ?? [];
  return item.gaps.map((gap, index) => {
    const value = typeof given[index] === "string" ? given[index] : "";
    return gap.kind !== "choice" || gap.options.some((option) => option.id === value) ? value : "";
  });
}

/** What is wrong with the first gap that is not right yet: its number and the key of the sentence. */
function firstProblem(item, values) {
  for (const [index, gap] of item.gaps.entries()) {
    if (values[index] === "") return { n: index + 1, key: "fill_some" };
    const problem = gap.kind === "number" ? numeric.missing(gap, { number: values[index] }) : null;
    if (problem !== null) return { n: index + 1, key: `gap_${problem}` };
  }
  return null;
}

export function missing(item, content) {
  const values = valuesIn(item, content);
  if (values.every((value) => value === "")) return "fill_none";
  return firstProblem(item, values)?.key ?? null;
}

/** What the sentence about something missing names: the gap, and its unit. */
export function named(item, content) {
  const n = firstProblem(item, valuesIn(item, content))?.n ?? 1;
  return { n, unit: item.gaps[n - 1].unit };
}

function buildField(gap, attributes, text) {
  if (gap.kind === "choice") {
    const options = gap.options.map((option) => inFrench("option", { value: option.id }, option.text));
    return element("select", { ...attributes, class: "input gap__list" }, element("option", { value: "" }, text("choose")), ...options);
  }
  const number = gap.kind === "number";
  return element("input", {
    ...attributes,
    class: number ? "input gap__number tabular" : "input gap__text",
    type: "text",
    inputmode: number ? "decimal" : null,
    autocomplete: "off",
    autocapitalize: "off",
    autocorrect: "off",
    spellcheck: "false",
    maxlength: number ? 40 : gap.max_length,
  });
}

function buildGap(item, n, value, change, text) {
  const gap = item.gaps[n - 1];
  const unitId = gap.unit ? `gap-unit-${n}` : null;
  const field = buildField(gap, { id: `gap-${n}`, "aria-label": text("gap", { n }), "aria-describedby": unitId }, text);
  field.value = value;
  field.addEventListener(gap.kind === "choice" ? "change" : "input", () => change(n - 1, field.value));
  const node = element("span", { class: "gap" });
  if (item.gaps.length > 1) node.append(element("span", { class: "gap__rank tabular", "aria-hidden": "true" }, String(n)));
  node.append(field);
  if (gap.unit) node.append(inFrench("span", { class: "gap__unit", id: unitId }, gap.unit));
  return node;
}

export function build(container, item, draft, onChange, text) {
  const values = valuesIn(item, draft);
  const change = (index, value) => {
    values[index] = value;
    onChange(contentOf(item, values));
  };
  const show = (part) => (part.gap === undefined ? inFrench("span", {}, part.text) : buildGap(item, part.gap, values[part.gap - 1], change, text));
  const fenced = item.blocks.filter((block) => block.kind === "preformatted");
  const name = namer(fenced.length, text, "to_complete", "to_complete_n");
  for (const { kind, parts } of item.blocks) {
    if (kind === "preformatted") {
      const region = { class: "fill__lines", tabindex: "0", role: "region", "aria-label": name() };
      container.append(element("pre", region, ...parts.map(show)));
    } else {
      container.append(element("p", { class: "fill__line" }, ...parts.map(show)));
    }
  }
}

// What stands on a part of the page, in reading order, about as a screen reader would say it.

const ROLES = { H1: "titre", H2: "titre", BUTTON: "bouton", SELECT: "liste", TEXTAREA: "champ", IMG: "image", A: "lien", LEGEND: "groupe" };
const INPUTS = { radio: "bouton radio", checkbox: "case à cocher", number: "champ", text: "champ" };

const named = (node) =>
  node.getAttribute("aria-label") ??
  node.alt ??
  [...(node.labels ?? [])].map((label) => label.textContent.trim()).join(" ");

function line(node) {
  if (node.tagName === "INPUT") return `${INPUTS[node.type] ?? "champ"} : ${named(node)}`;
  const role = ROLES[node.tagName];
  if (role === undefined) return null;
  return `${role} : ${named(node) || node.textContent.trim().replace(/\s+/g, " ")}`;
}

/** Lines of text: elements with a role say it, everything else says its own words. */
export function spoken(root) {
  const lines = [];
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const text = node.textContent.trim().replace(/\s+/g, " ");
      if (text) lines.push(text);
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.hidden || node.getAttribute("aria-hidden") === "true") return;
    const said = line(node);
    if (said !== null) lines.push(said);
    else for (const child of node.tagName === "LABEL" && node.control ? [node.control] : node.childNodes) walk(child);
  };
  walk(root);
  return lines;
}

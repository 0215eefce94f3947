// Pointing at a zone of a picture, or choosing the same zone in the list under it.

import { element, inFrench } from "../lib/dom.js";

const SCALES = [1, 1.5, 2, 3];
// Zones are at least 32 units wide and high: at three quarters they still are 24 pixels, below that the box scrolls.
const SMALLEST_SCALE = 0.75;

/** {"zone": "z2"} */
export function contentOf(zoneId) {
  return { zone: zoneId };
}

export function chosenIn(item, content) {
  return item.zones.find((zone) => zone.id === content?.zone)?.id ?? null;
}

export function missing(item, content) {
  return chosenIn(item, content) === null ? "point_none" : null;
}

/**
 * The drawing as the address of an image. In an <img> no script of a drawing ever runs and nothing is loaded
 * from elsewhere, whatever it holds: that is safer than building its elements into the page. The page's policy
 * allows images from data: already.
 */
export function addressOf(svg) {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

/** Where a zone lies, in percent of the picture, so that it grows with it. */
export function placeOf(zone, { width, height }) {
  const percent = (part, whole) => `${(100 * part) / whole}%`;
  return {
    left: percent(zone.x, width),
    top: percent(zone.y, height),
    width: percent(zone.width, width),
    height: percent(zone.height, height),
  };
}

/** The next scale up or down; the same one at the end. */
export function scaled(scale, by) {
  return SCALES[SCALES.indexOf(scale) + by] ?? scale;
}

const DESCRIPTION = "picture-description";

function buildPicture(picture, zones, text) {
  const facts = { src: addressOf(picture.svg), alt: text("picture"), "aria-describedby": DESCRIPTION };
  const image = element("img", { class: "point__image", draggable: "false", ...facts });
  const canvas = element("div", { class: "point__canvas" }, image, ...zones);
  const box = element("div", { class: "point__box", tabindex: "0", role: "region", "aria-label": text("picture") }, canvas);
  function resize(scale) {
    canvas.style.width = `${picture.width * scale}px`;
    canvas.style.maxWidth = scale === 1 ? "100%" : "none";
    canvas.style.minWidth = `${picture.width * SMALLEST_SCALE}px`;
  }
  resize(1);
  return { box, resize };
}

/** What is on the picture, in words: for whoever does not see it, or not well. */
function buildDescription(picture, text) {
  const summary = element("summary", {}, text("picture_description"));
  return element("details", { class: "point__description" }, summary, inFrench("p", { id: DESCRIPTION }, picture.alt));
}

/** Two buttons; what is in the middle stays in the middle. */
function buildScale(box, resize, text) {
  let scale = SCALES[0];
  const buttons = [-1, 1].map((by) => {
    const button = element("button", { type: "button", class: "button point__scale" }, text(by < 0 ? "picture_smaller" : "picture_larger"));
    button.addEventListener("click", () => change(by));
    return button;
  });
  function show() {
    buttons[0].setAttribute("aria-disabled", String(scale === SCALES[0]));
    buttons[1].setAttribute("aria-disabled", String(scale === SCALES.at(-1)));
  }
  function change(by) {
    const across = (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth;
    const down = (box.scrollTop + box.clientHeight / 2) / box.scrollHeight;
    scale = scaled(scale, by);
    resize(scale);
    box.scrollLeft = across * box.scrollWidth - box.clientWidth / 2;
    box.scrollTop = down * box.scrollHeight - box.clientHeight / 2;
    show();
  }
  show();
  return element("div", { class: "point__scales" }, ...buttons);
}

/** A zone of the picture does nothing of its own: it is its line of the list, which the keyboard and a reader use. */
function buildZone(zone, picture, input) {
  const area = element("span", { class: "point__zone", "aria-hidden": "true" });
  Object.assign(area.style, placeOf(zone, picture));
  area.addEventListener("click", () => {
    if (input.matches(":disabled")) return;
    input.click();
    input.focus({ preventScroll: true });
  });
  input.addEventListener("focus", () => area.classList.add("point__zone--focused"));
  input.addEventListener("blur", () => area.classList.remove("point__zone--focused"));
  return area;
}

export function build(container, item, draft, onChange, text) {
  const inputs = new Map(item.zones.map(({ id }) => [id, element("input", { type: "radio", name: "zone", value: id })]));
  const areas = new Map(item.zones.map((zone) => [zone.id, buildZone(zone, item.picture, inputs.get(zone.id))]));
  const mark = (chosen) => {
    for (const [id, area] of areas) area.classList.toggle("point__zone--chosen", id === chosen);
  };
  const list = element("div", { class: "point__list" });
  for (const zone of item.zones) {
    const input = inputs.get(zone.id);
    input.checked = zone.id === chosenIn(item, draft);
    input.addEventListener("change", () => {
      mark(zone.id);
      onChange(contentOf(zone.id));
    });
    list.append(element("label", { class: "choice" }, input, inFrench("span", {}, zone.text)));
  }
  mark(chosenIn(item, draft));
  const { box, resize } = buildPicture(item.picture, areas.values(), text);
  container.append(box, buildScale(box, resize, text), buildDescription(item.picture, text), list);
}

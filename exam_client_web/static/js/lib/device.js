// What the page tells of its computer: the browser's family and the size of the screen, nothing finer.

const FAMILIES = [
  ["edge", /\bEdg(?:e|A|iOS)?\//],
  ["opera", /\bOPR\//],
  ["firefox", /\b(?:Firefox|FxiOS)\//],
  ["chrome", /(?:Chrome|Chromium|CriOS)\//],
  ["safari", /\bSafari\//],
];

/** The family of a browser that calls itself so; the whole name stays on this computer. */
export function familyOf(userAgent) {
  return FAMILIES.find(([, sign]) => sign.test(userAgent))?.[0] ?? "other";
}

/** The one message about this computer. */
export function deviceMessage({ userAgent }, { width, height }) {
  return { type: "device", browser: familyOf(userAgent), width: Math.round(width), height: Math.round(height) };
}

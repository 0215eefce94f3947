/** Where a line of a text begins and ends. */

/** Line `number`, counted from 1; the last one for a number behind the end. */
export function lineAt(text, number) {
  const lines = text.split("\n");
  const at = Math.min(Math.max(1, number), lines.length) - 1;
  const start = lines.slice(0, at).reduce((all, line) => all + line.length + 1, 0);
  return { start, end: start + lines[at].length };
}

// The code of an access card: eight letters and figures, shown in groups of four. Pure.

const LENGTH = 8;
const GROUP = 4;

/** Only what counts: "abcd-ef gh" -> "ABCDEFGH". */
export function cleanCode(typed) {
  return typed.normalize("NFD").toUpperCase().replace(/[^A-Z0-9]/g, "").slice(0, LENGTH);
}

/** "ABCDEFGH" -> "ABCD-EFGH"; "ABCD" stays "ABCD", so that deleting backwards is never stuck on a hyphen. */
export function shownCode(typed) {
  const code = cleanCode(typed);
  return code.length > GROUP ? `${code.slice(0, GROUP)}-${code.slice(GROUP)}` : code;
}

export function isWhole(typed) {
  return cleanCode(typed).length === LENGTH;
}

/** Where the caret goes in the shown code so that it stays behind the same letter. */
export function caretIn(typed, caret) {
  const before = cleanCode(typed.slice(0, caret)).length;
  return before > GROUP ? before + 1 : before;
}

/** The code of an address like "/#code=ABCDEFGH", else "". */
export function codeInHash(hash) {
  return shownCode(new URLSearchParams(hash.replace(/^#/, "")).get("code") ?? "");
}

// Words without case, accents and signs, as question_bank/simulators/folding.py folds them.

const LIGATURES = { œ: "oe", Œ: "oe", æ: "ae", Æ: "ae" };

export function folded(text) {
  return text
    .replace(/[œŒæÆ]/g, (sign) => LIGATURES[sign])
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .toLowerCase();
}

export function wordsOf(text) {
  return folded(text).match(/[a-z0-9]+/g) ?? [];
}

/** Without a final s or x: enough for a plural to find its singular. */
export function singular(word) {
  return word.length >= 4 && /[sx]$/.test(word) ? word.slice(0, -1) : word;
}

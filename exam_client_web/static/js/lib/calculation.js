// The sums of the calculator: four operations, exact, written the French way. Pure.

const DIGITS = 10;
const LONGEST = 60;
const LARGEST = 10n ** 15n;
const NUMBER = /^\d+(?:,\d+)?/;
const SIGNS = { "*": "×", x: "×", "×": "×", "·": "×", "/": "÷", ":": "÷", "÷": "÷", "-": "−", "−": "−", "–": "−", "+": "+" };

/** A calculation as the calculator writes it: "12.5*4" is "12,5 × 4". */
export function written(typed) {
  const plain = [...typed.normalize("NFKC").replace(/\s/g, "").toLowerCase()].map((sign) => SIGNS[sign] ?? sign).join("");
  return plain
    .replaceAll(".", ",")
    .replace(/[×÷+−]/g, " $& ")
    .replace(/(^|[×÷+−] ) ?− (?=\d)/g, "$1−")
    .replace(/ {2,}/g, " ")
    .trim();
}

/** The numbers and signs of a calculation in their order, or null for what is none. */
function parted(calculation) {
  const parts = [];
  let rest = calculation.replaceAll(" ", "");
  while (rest !== "") {
    const wantsNumber = parts.length % 2 === 0;
    const negative = wantsNumber && rest.startsWith("−");
    const found = NUMBER.exec(negative ? rest.slice(1) : rest);
    if (wantsNumber) {
      if (found === null) return null;
      parts.push(fraction(found[0], negative));
      rest = rest.slice(found[0].length + (negative ? 1 : 0));
    } else {
      if (!"×÷+−".includes(rest[0])) return null;
      parts.push(rest[0]);
      rest = rest.slice(1);
    }
  }
  return parts.length % 2 === 1 ? parts : null;
}

function fraction(digits, negative) {
  const [whole, decimals = ""] = digits.split(",");
  const over = BigInt(whole + decimals);
  return { over: negative ? -over : over, under: 10n ** BigInt(decimals.length) };
}

const ACTS = {
  "×": (a, b) => ({ over: a.over * b.over, under: a.under * b.under }),
  "÷": divided,
  "+": (a, b) => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under }),
  "−": (a, b) => ({ over: a.over * b.under - b.over * a.under, under: a.under * b.under }),
};

function divided(a, b) {
  const sign = b.over < 0n ? -1n : 1n;
  return { over: sign * a.over * b.under, under: sign * a.under * b.over };
}

/** Products and quotients first, then sums, each from the left; null where something is divided by zero. */
function worked(parts) {
  const numbers = [parts[0]];
  const signs = [];
  for (let at = 1; at < parts.length; at += 2) {
    const [sign, number] = [parts[at], parts[at + 1]];
    if (sign === "÷" && number.over === 0n) return null;
    if (sign === "×" || sign === "÷") numbers.push(ACTS[sign](numbers.pop(), number));
    else {
      signs.push(sign);
      numbers.push(number);
    }
  }
  return numbers.slice(1).reduce((sum, number, at) => ACTS[signs[at]](sum, number), numbers[0]);
}

/** A fraction with a decimal comma, and whether that is all of it. */
function decimal({ over, under }) {
  const negative = over < 0n;
  const scale = 10n ** BigInt(DIGITS);
  const scaled = (negative ? -over : over) * scale;
  const rounded = (2n * scaled + under) / (2n * under);
  const decimals = String(rounded % scale).padStart(DIGITS, "0").replace(/0+$/, "");
  const text = `${rounded / scale}${decimals === "" ? "" : `,${decimals}`}`;
  return { text: negative && rounded !== 0n ? `−${text}` : text, exact: scaled % under === 0n };
}

/**
 * What a calculation comes to: {text, exact}, or {problem}: "calc_unfinished", "calc_zero" (a division by it) or
 * "calc_large".
 */
export function calculate(typed) {
  const parts = typed.length > LONGEST ? null : parted(written(typed));
  if (parts === null) return { problem: "calc_unfinished" };
  const found = worked(parts);
  if (found === null) return { problem: "calc_zero" };
  const size = found.over < 0n ? -found.over : found.over;
  return size > LARGEST * found.under ? { problem: "calc_large" } : decimal(found);
}

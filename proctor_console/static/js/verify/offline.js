/**
 * Checks the code of a certificate without any network: base45, COSE_Sign1, ES256, and the claims inside.
 *
 * One file without imports, because it is put whole into a page that people keep. What comes from outside is
 * believed only once its signature holds; until then it is bytes at known places.
 */

const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const PREFIX = "CF1:";
const MOST_LETTERS = 4096;
const OURS = -65537;
const COMPETENCES = [
  "1.1 Mener une recherche et une veille d’information", "1.2 Gérer des données", "1.3 Traiter des données",
  "2.1 Interagir", "2.2 Partager et publier", "2.3 Collaborer", "2.4 S’insérer dans le monde numérique",
  "3.1 Développer des documents textuels", "3.2 Développer des documents multimédia", "3.3 Adapter les documents à leur finalité", "3.4 Programmer",
  "4.1 Sécuriser l’environnement numérique", "4.2 Protéger les données personnelles et la vie privée", "4.3 Protéger la santé, le bien-être et l’environnement",
  "5.1 Résoudre des problèmes techniques", "5.2 Évoluer dans un environnement numérique",
];

/** Something that does not hold; `message` is for the person who reads. */
export class Refused extends Error {}

/** RFC 9285: three letters for two bytes, two for a last one. */
export function fromBase45(text) {
  const octets = [];
  for (let at = 0; at < text.length; at += 3) {
    const digits = [...text.slice(at, at + 3)].map((letter) => ALPHABET.indexOf(letter));
    if (digits.includes(-1) || digits.length < 2) throw new Refused("Ce texte n’est pas celui d’un code de certificat.");
    const value = digits[0] + 45 * digits[1] + 2025 * (digits[2] ?? 0);
    if (value > (digits.length === 3 ? 0xffff : 0xff)) throw new Refused("Ce texte n’est pas celui d’un code de certificat.");
    if (digits.length === 3) octets.push(value >> 8);
    octets.push(value & 0xff);
  }
  return Uint8Array.from(octets);
}

/** The CBOR (RFC 8949) that certificates use: whole numbers, texts, bytes, lists, maps; nothing left over. */
export function fromCbor(octets) {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  let at = 0;
  const bad = () => new Refused("Le contenu du code est abîmé.");
  const length = (low) => {
    if (low < 24) return low;
    const size = { 24: 1, 25: 2, 26: 4 }[low];
    if (size === undefined || at + size > octets.length) throw bad();
    const value = size === 1 ? view.getUint8(at) : size === 2 ? view.getUint16(at) : view.getUint32(at);
    at += size;
    return value;
  };
  const take = (size) => {
    if (at + size > octets.length) throw bad();
    at += size;
    return octets.subarray(at - size, at);
  };
  const read = (depth) => {
    if (depth > 6 || at >= octets.length) throw bad();
    const first = octets[at++];
    const [major, low] = [first >> 5, first & 31];
    const n = length(low);
    if (major === 0) return n;
    if (major === 1) return -1 - n;
    if (major === 2) return take(n);
    if (major === 3) return new TextDecoder("utf-8", { fatal: true }).decode(take(n));
    if (major === 4) return Array.from({ length: Math.min(n, 64) }, () => read(depth + 1));
    if (major === 5) return new Map(Array.from({ length: Math.min(n, 32) }, () => [read(depth + 1), read(depth + 1)]));
    throw bad();
  };
  const value = read(0);
  if (at !== octets.length) throw bad();
  return value;
}

const hex = (octets) => [...octets].map((octet) => octet.toString(16).padStart(2, "0")).join("");
const starts = (octets, ...bytes) => bytes.every((byte, index) => octets[index] === byte);

/** The parts of a COSE_Sign1 that has the one spelling that certificates have. */
export function partsOf(octets) {
  const wrong = () => new Refused("Ce code n’est pas signé comme un certificat.");
  // Tag 18, an array of 4, then the protected header {1: -7, 4: 8 bytes} as a byte string of 13.
  if (!starts(octets, 0xd2, 0x84, 0x4d, 0xa2, 0x01, 0x26, 0x04, 0x48) || octets[16] !== 0xa0) throw wrong();
  const header = octets.subarray(3, 16);
  let at = 17;
  const head = octets[at++];
  let size = head - 0x40;
  if (head === 0x58) size = octets[at++];
  else if (head === 0x59) {
    size = (octets[at] << 8) | octets[at + 1];
    at += 2;
  } else if (!(head >= 0x40 && head < 0x58)) throw wrong();
  const payload = octets.subarray(at, at + size);
  const end = octets.subarray(at + size);
  if (payload.length !== size || end.length !== 66 || !starts(end, 0x58, 0x40)) throw wrong();
  return { kid8: hex(header.subarray(5)), header, payload, signature: end.subarray(2) };
}

/** What is signed (RFC 9052, section 4.4): the array ["Signature1", header, empty, payload] in CBOR. */
export function signedOctets({ header, payload }) {
  const head = [0x84, 0x6a, ...new TextEncoder().encode("Signature1"), 0x4d, ...header, 0x40];
  const size = payload.length;
  const length = size < 24 ? [0x40 + size] : size < 256 ? [0x58, size] : [0x59, size >> 8, size & 0xff];
  return Uint8Array.from([...head, ...length, ...payload]);
}

async function verified(key, octets, signature) {
  const jwk = { kty: "EC", crv: "P-256", x: key.x, y: key.y };
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const usable = await crypto.subtle.importKey("jwk", jwk, algorithm, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, usable, signature, octets);
}

/** The facts of a code whose signature holds. Throws Refused for everything else. */
export async function openSeal(text, keys) {
  const plain = text.replace(/[\r\n\t]/g, "").replace(/^ +/, "");
  if (plain.length > MOST_LETTERS || !plain.startsWith(PREFIX)) throw new Refused("Ce n’est pas le code d’un certificat : son texte commence par « CF1: ».");
  const parts = partsOf(fromBase45(plain.slice(PREFIX.length)));
  const key = keys.find(({ use, kid8 }) => use === "qr" && kid8 === parts.kid8);
  if (key === undefined) throw new Refused("La clé qui a signé ce certificat n’est pas connue de cette page. Demandez-en une plus récente à l’établissement.");
  if (!(await verified(key, signedOctets(parts), parts.signature))) throw new Refused("La signature ne correspond pas : ce code a été modifié, ou fabriqué.");
  return factsOf(fromCbor(parts.payload), key);
}

function factsOf(claims, key) {
  const inner = claims instanceof Map ? claims.get(OURS)?.get?.(1) : undefined;
  if (!(inner instanceof Map)) throw new Refused("Le contenu du code est abîmé.");
  const issued = claims.get(6);
  const [list, index] = inner.get("x");
  return {
    issuer: claims.get(1), issued, key, list: String(list), index,
    code: inner.get("c"), family: inner.get("f"), given: inner.get("g"),
    birth: inner.get("b"), date: inner.get("d"), score: inner.get("s"), levels: inner.get("l"),
  };
}

/** "valid", or why it is not: the key was revoked before, or was not good at that time. */
export function standingOf({ issued, key }) {
  if (key.revoked !== null && issued >= key.revoked) return "revoked";
  if (issued < key.from || (key.to !== null && issued > key.to)) return "expired";
  // The code says itself when it was signed: once its key is revoked, that alone proves nothing.
  return key.revoked === null ? "valid" : "doubtful";
}

const unpadded = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

/** Whether this certificate was withdrawn, by a list (compact JWS) that one of the keys has signed. */
export async function isWithdrawn(token, facts, keys) {
  const [head, body, seal, more] = token.trim().split(".");
  const wrong = () => new Refused("Ce fichier n’est pas une liste de certificats retirés signée par l’établissement.");
  if (more !== undefined || seal === undefined) throw wrong();
  let header;
  let payload;
  try {
    header = JSON.parse(new TextDecoder().decode(unpadded(head)));
    payload = JSON.parse(new TextDecoder().decode(unpadded(body)));
  } catch {
    throw wrong();
  }
  const key = keys.find(({ use, kid }) => use === "documents" && kid === header.kid);
  const octets = new TextEncoder().encode(`${head}.${body}`);
  if (header.alg !== "ES256" || header.typ !== "passation-status+jws" || key === undefined || key.revoked !== null || !(await verified(key, octets, unpadded(seal)))) throw wrong();
  if (payload.list !== facts.list) throw new Refused(`Cette liste n’est pas celle du certificat : il faut la liste n° ${facts.list}.`);
  const packed = new Blob([unpadded(payload.encodedList.slice(1))]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bits = new Uint8Array(await new Response(packed).arrayBuffer());
  return { withdrawn: Boolean(bits[facts.index >> 3] & (0x80 >> (facts.index & 7))), issued: payload.issued_ms };
}

const day = (iso) => new Date(`${iso}T12:00:00Z`).toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const level = (value) => (value < 0 ? "non certifié" : `niveau ${value}`);
const shownCode = (code) => `${code.slice(0, 5)}-${code.slice(5, 10)}-${code.slice(10)}`;

function line(tag, text) {
  return Object.assign(document.createElement(tag), { textContent: text });
}

function show(state, title, words, facts) {
  const result = document.getElementById("result");
  result.dataset.state = state;
  result.replaceChildren(line("h2", title), ...words.map((text) => line("p", text)));
  if (facts) {
    const table = document.createElement("table");
    table.append(line("caption", "Niveaux certifiés par compétence"));
    COMPETENCES.forEach((name, at) => {
      const row = table.insertRow();
      row.append(Object.assign(line("th", name), { scope: "row" }), line("td", level(facts.levels[at])));
    });
    result.append(table);
  }
  result.hidden = false;
  result.focus();
}

function told(facts) {
  return [
    `${facts.given} ${facts.family}, né(e) le ${day(facts.birth)}`,
    `Session du ${day(facts.date)}, établissement ${facts.issuer.replace("FR:", "")}`,
    `Score : ${facts.score} sur 1 024. Code de vérification : ${shownCode(facts.code)}`,
  ];
}

async function check(text, list, keys) {
  const facts = await openSeal(text, keys);
  const standing = standingOf(facts);
  if (standing === "revoked" || standing === "expired") return show("refused", "Refusé", ["La clé qui a signé n’était pas valable à cette date."]);
  if (standing === "doubtful") return show("unknown", "Impossible à dire", ["La clé qui a signé a été révoquée depuis. Demandez à l’établissement."], facts);
  if (!list) return show("valid", "Signature valable", [...told(facts), "Sans la liste des certificats retirés, cette page ne sait pas si celui-ci a été retiré depuis."], facts);
  const { withdrawn, issued } = await isWithdrawn(list, facts, keys);
  const at = new Date(issued).toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric" });
  if (withdrawn) return show("refused", "Retiré", [...told(facts), `L’établissement a retiré ce certificat (liste du ${at}).`]);
  return show("valid", "Valable", [...told(facts), `Il n’était pas retiré le ${at}.`], facts);
}

async function textIn(picture) {
  if (!("BarcodeDetector" in window)) throw new Refused("Ce navigateur ne sait pas lire une image : collez le texte du code.");
  const [found] = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture));
  if (!found) throw new Refused("Aucun code QR n’a été trouvé sur cette image.");
  return found.rawValue;
}

function start() {
  const known = JSON.parse(document.getElementById("known").textContent);
  document.getElementById("made").textContent = `Clés publiques du ${day(known.made)}, de ${known.address}.`;
  const [text, picture, list] = ["text", "picture", "list"].map((id) => document.getElementById(id));
  const run = async () => {
    try {
      await check(text.value, list.files[0] ? await list.files[0].text() : "", known.keys);
    } catch (error) {
      show("refused", "Refusé", [error instanceof Refused ? error.message : "Ce code est illisible."]);
    }
  };
  picture.addEventListener("change", async () => {
    try {
      if (picture.files[0]) text.value = await textIn(picture.files[0]);
    } catch (error) {
      show("refused", "Image illisible", [error instanceof Refused ? error.message : "Cette image ne se lit pas."]);
    }
  });
  document.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
}

if (typeof document !== "undefined") start();

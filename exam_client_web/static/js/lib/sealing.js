// Seals what this computer keeps with the attempt's own key (AES-GCM): without the key it is noise.

const NONCE = 12;

const hex = (octets) => Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
const octetsOf = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

/**
 * `key` is 64 hexadecimal digits, from the server. Promises {name, seal, open}: `name` says whose the kept bytes are
 * without saying the key; open() gives null for bytes that were not sealed with this key, or were changed.
 */
export async function createSeal(crypto, key) {
  const { subtle } = crypto;
  const name = hex(new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(`passation.kept ${key}`))));
  const secret = await subtle.importKey("raw", octetsOf(key), "AES-GCM", false, ["encrypt", "decrypt"]);
  const additionalData = new TextEncoder().encode(name);
  return {
    name,
    async seal(value) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE));
      const octets = new TextEncoder().encode(JSON.stringify(value));
      return { iv, sealed: await subtle.encrypt({ name: "AES-GCM", iv, additionalData }, secret, octets) };
    },
    async open(box) {
      try {
        const octets = await subtle.decrypt({ name: "AES-GCM", iv: box.iv, additionalData }, secret, box.sealed);
        return JSON.parse(new TextDecoder().decode(octets));
      } catch {
        return null;
      }
    },
  };
}

/** A ZIP of files as they are (stored): for what a page has fetched one by one and saves as one. */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c >>> 0;
});

export function crc32(octets) {
  let crc = 0xffffffff;
  for (const octet of octets) crc = TABLE[(crc ^ octet) & 0xff] ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** Fields of a header: [size, value] one after the other, the lowest byte first. */
function fields(...pairs) {
  const octets = new Uint8Array(pairs.reduce((all, [size]) => all + size, 0));
  const view = new DataView(octets.buffer);
  let at = 0;
  for (const [size, value] of pairs) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return octets;
}

const UTF8_NAMES = 0x0800;
const FIRST_OF_1980 = 0x21;

/** The parts of the archive, for a Blob. `files` are {name, octets}. */
export function zipped(files) {
  const body = [];
  const directory = [];
  let at = 0;
  for (const { name, octets } of files) {
    const named = new TextEncoder().encode(name);
    const facts = [[2, UTF8_NAMES], [2, 0], [2, 0], [2, FIRST_OF_1980], [4, crc32(octets)], [4, octets.length], [4, octets.length], [2, named.length], [2, 0]];
    const local = fields([4, 0x04034b50], [2, 20], ...facts);
    directory.push(fields([4, 0x02014b50], [2, 20], [2, 20], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]), named);
    body.push(local, named, octets);
    at += local.length + named.length + octets.length;
  }
  const size = directory.reduce((all, part) => all + part.length, 0);
  const count = files.length;
  return [...body, ...directory, fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, at], [2, 0])];
}

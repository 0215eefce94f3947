/** The archive that a page makes: read by a program that is not ours. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { crc32, zipped } from "../../../proctor_console/static/js/lib/zip.js";

const octets = (text) => new TextEncoder().encode(text);
const READ = "import sys, zipfile, json; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";

test("the checksum is that of the standard", () => {
  assert.equal(crc32(octets("123456789")), 0xcbf43926);
});

test("what is packed comes out of Python's zipfile under the same names", async () => {
  const files = { "3E A/Élodie-Démo.pdf": "%PDF-1.7", "3E A/vide.pdf": "", "long.txt": "x".repeat(70_000) };
  const parts = zipped(Object.entries(files).map(([name, text]) => ({ name, octets: octets(text) })));
  const file = join(mkdtempSync(join(tmpdir(), "zip-")), "all.zip");
  writeFileSync(file, Buffer.from(await new Blob(parts).arrayBuffer()));
  assert.deepEqual(JSON.parse(execFileSync("python3", ["-c", READ, file], { encoding: "utf8", maxBuffer: 1 << 20 })), files);
});

test("an archive without files is one too", async () => {
  assert.equal((await new Blob(zipped([])).arrayBuffer()).byteLength, 22);
});

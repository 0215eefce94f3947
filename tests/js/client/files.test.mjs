/** The files of a question: where each is, what it is in words, and that being away with one is no absence. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { worksElsewhere } from "../../../exam_client_web/static/js/lib/absence.js";
import { createTexts } from "../../../exam_client_web/static/js/lib/texts.js";
import { linksOf } from "../../../exam_client_web/static/js/views/files.js";

const text = createTexts({ file_csv: "tableau", file_image: "image" });
const files = [
  { id: "0123456789ab", name: "Relevé d’été.csv", kind: "csv" },
  { id: "ba9876543210", name: "vue.png", kind: "image" },
];

test("a file is a link to its address, with its name and what it is in words", () => {
  assert.deepEqual(linksOf({ files }, text), [
    { address: "/exam/files/0123456789ab", name: "Relevé d’été.csv", about: "tableau" },
    { address: "/exam/files/ba9876543210", name: "vue.png", about: "image" },
  ]);
});

test("a question without files has no links", () => {
  for (const item of [{}, { files: [] }, null, undefined]) assert.deepEqual(linksOf(item, text), []);
});

test("an identifier can never lead elsewhere", () => {
  const [link] = linksOf({ files: [{ id: "../../staff?x#y", name: "a.csv", kind: "csv" }] }, text);
  assert.equal(new URL(link.address, "http://exam.example").pathname, "/exam/files/..%2F..%2Fstaff%3Fx%23y");
});

test("whoever works with a question's file is not absent; without one the page is where the work is", () => {
  assert.equal(worksElsewhere({ files }), true);
  for (const item of [{}, { files: [] }, null, undefined]) assert.equal(worksElsewhere(item), false);
});

// The livret's pages: which columns a table shows, and which fields are asked for before anything is sent.

import assert from "node:assert/strict";
import { test } from "node:test";

import { columnsIn, missingIn } from "../../../proctor_console/static/js/livret.js";

const columns = ["name", "line", "count", "lost"];

test("a column in which nobody has anything is not shown", () => {
  const rows = [
    { name: "Zoé", line: 3, count: null, lost: "" },
    { name: "Élie", line: null, count: null, lost: "" },
  ];
  assert.deepEqual(columnsIn(rows, columns), ["name", "line"]);
  assert.deepEqual(columnsIn([{ name: "Zoé", line: 0, count: 0, lost: "x" }], columns), columns);
  assert.deepEqual(columnsIn([], columns), []);
});

test("what is needed and empty is named, a file field without a file too", () => {
  const say = (key) => key;
  const form = new FormData();
  form.append("file", new File([], ""));
  assert.deepEqual([...missingIn(form, ["file", "classes"], say)], [["file", ["file_missing"]], ["classes", ["classes_missing"]]]);
  form.set("file", new File(["<a/>"], "bilans.xml"));
  form.append("classes", "6E 1");
  assert.equal(missingIn(form, ["file", "classes"], say).size, 0);
});

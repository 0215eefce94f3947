/** The comfort settings: their values, which of two sources counts, and how they get to the server. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { CHOICES, USUAL, attributesOf, cleaned, same, themeOf, valueOf } from "../../../exam_client_web/static/js/lib/comfort.js";
import { createComfortKept, forgetComfort } from "../../../exam_client_web/static/js/lib/comfort_kept.js";
import { createComfortSaver } from "../../../exam_client_web/static/js/lib/comfort_saving.js";
import { createSettings } from "../../../exam_client_web/static/js/lib/comfort_settings.js";

function storage(first = {}) {
  const kept = new Map(Object.entries(first));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
    size: () => kept.size,
  };
}
const forbidden = {
  getItem() {
    throw new Error("forbidden");
  },
  setItem() {
    throw new Error("forbidden");
  },
  removeItem() {
    throw new Error("forbidden");
  },
};

test("what is unknown, missing or of another kind is as the page comes", () => {
  for (const value of [null, undefined, 3, "dark", [], { theme: "pink", text: 175, guide: "yes" }]) assert.deepEqual(cleaned(value), USUAL);
  assert.deepEqual(cleaned({ theme: "dark", text: 150, extra: 1 }), { ...USUAL, theme: "dark", text: 150 });
});

test("every value of every setting is kept as it is, and known by what a form calls it", () => {
  for (const [name, values] of Object.entries(CHOICES)) {
    for (const value of values) {
      assert.equal(cleaned({ [name]: value })[name], value);
      assert.equal(valueOf(name, String(value)), value);
    }
  }
  assert.equal(valueOf("text", "300"), undefined);
});

test("the automatic theme is the computer's, any other the candidate's", () => {
  assert.equal(themeOf(USUAL, true), "dark");
  assert.equal(themeOf(USUAL, false), "light");
  assert.equal(themeOf({ ...USUAL, theme: "light" }, true), "light");
  assert.equal(themeOf({ ...USUAL, theme: "contrast" }, false), "contrast");
});

test("two settings look different on the page, unless only the theme or the hidden time differs", () => {
  const elsewhere = new Set(["theme", "hidden_time"]);
  for (const [name, [, other]] of Object.entries(CHOICES)) {
    const changed = attributesOf({ ...USUAL, [name]: other });
    if (elsewhere.has(name)) assert.deepEqual(changed, attributesOf(USUAL));
    else assert.notDeepEqual(changed, attributesOf(USUAL));
  }
});

test("a change is heard, kept and sent; the same again is not", () => {
  const sent = [];
  const heard = [];
  const own = storage();
  const settings = createSettings({ kept: createComfortKept({ own }), save: (now) => sent.push(now) });
  settings.onChange((now) => heard.push(now.text));
  settings.change({ text: 150 });
  settings.change({ text: 150 });
  assert.deepEqual(heard, [100, 150]);
  assert.equal(sent.length, 1);
  assert.deepEqual(createComfortKept({ own }).read(), { settings: { ...USUAL, text: 150 }, owed: true });
  settings.saved({ ...USUAL, text: 125 });
  assert.equal(createComfortKept({ own }).read().owed, true);
  settings.saved({ ...USUAL, text: 150 });
  assert.equal(createComfortKept({ own }).read().owed, false);
});

test("what the server keeps for the pupil counts before what somebody tried in this browser", () => {
  const offered = storage();
  createComfortKept({ own: offered }).write({ ...USUAL, theme: "dark" }, false);
  const sent = [];
  const settings = createSettings({ kept: createComfortKept({ own: storage(), offered }), save: (now) => sent.push(now) });
  settings.learn({ ...USUAL, text: 200 });
  assert.deepEqual(settings.now(), { ...USUAL, text: 200 });
  assert.equal(sent.length, 0);
});

test("what was tried in this browser is taken over, told to the server, and not left to the next candidate", () => {
  const offered = storage();
  createComfortKept({ own: offered }).write({ ...USUAL, theme: "dark" }, false);
  const own = storage();
  const sent = [];
  const settings = createSettings({ kept: createComfortKept({ own, offered }), save: (now) => sent.push(now) });
  settings.learn(null);
  assert.equal(settings.now().theme, "dark");
  assert.deepEqual(sent, [{ ...USUAL, theme: "dark" }]);
  assert.equal(offered.size(), 0);
  forgetComfort(own);
  assert.equal(createComfortKept({ own, offered }).read(), null);
});

test("what the server has not heard of yet counts before what it says", () => {
  const own = storage();
  createComfortKept({ own }).write({ ...USUAL, text: 125 }, true);
  const sent = [];
  const settings = createSettings({ kept: createComfortKept({ own }), save: (now) => sent.push(now) });
  settings.learn({ ...USUAL, text: 200 });
  assert.equal(settings.now().text, 125);
  assert.equal(sent.length, 1);
});

test("a state that comes later changes nothing any more", () => {
  const settings = createSettings({ kept: createComfortKept({ own: storage() }), save: () => {} });
  settings.learn(null);
  settings.change({ text: 150 });
  settings.learn({ ...USUAL, text: 200 });
  assert.equal(settings.now().text, 150);
});

test("what was decided for the pupil is shown where nothing was set, and is not told as a choice", () => {
  const sent = [];
  const settings = createSettings({ kept: createComfortKept({ own: storage() }), save: (now) => sent.push(now) });
  settings.learn(null, { ...USUAL, text: 150 });
  assert.deepEqual(settings.now(), { ...USUAL, text: 150 });
  assert.deepEqual(sent, []);
});

test("what the pupil has tried or set counts before what was decided", () => {
  const offered = storage();
  createComfortKept({ own: offered }).write({ ...USUAL, text: 125 }, false);
  const tried = createSettings({ kept: createComfortKept({ own: storage(), offered }), save: () => {} });
  tried.learn(null, { ...USUAL, text: 150 });
  assert.equal(tried.now().text, 125);
  const set = createSettings({ kept: createComfortKept({ own: storage() }), save: () => {} });
  set.learn({ ...USUAL, theme: "dark" }, { ...USUAL, text: 150 });
  assert.deepEqual(set.now(), { ...USUAL, theme: "dark" });
});

test("what is decided in the middle of a test is shown at once and kept, and only that", () => {
  const sent = [];
  const settings = createSettings({ kept: createComfortKept({ own: storage() }), save: (now) => sent.push(now) });
  settings.learn({ ...USUAL, theme: "dark", text: 125 }, { ...USUAL, guide: true });
  settings.learn({ ...USUAL, theme: "dark", text: 125 }, { ...USUAL, guide: true, spacing: "wide" });
  assert.deepEqual(settings.now(), { ...USUAL, theme: "dark", text: 125, spacing: "wide" });
  assert.equal(sent.length, 1);
  settings.change({ spacing: "normal" });
  for (const wanted of [{ ...USUAL, guide: true, spacing: "wide" }, { ...USUAL, guide: true }, null]) settings.learn(null, wanted);
  assert.equal(settings.now().spacing, "normal", "the pupil changed it back: the same decision says nothing new");
});

test("a browser that forbids storage, or holds something else there, costs nothing", () => {
  for (const own of [null, forbidden, storage({ "passation.comfort": "{" }), storage({ "passation.comfort": "7" })]) {
    const settings = createSettings({ kept: createComfortKept({ own, offered: forbidden }) });
    assert.ok(same(settings.now(), USUAL));
    settings.learn(null);
    settings.change({ text: 125 });
    assert.equal(settings.now().text, 125);
  }
});

/** A saver with a clock of its own: `replies` are what the server says, one after the other. */
function saving(replies) {
  const planned = new Map();
  const sent = [];
  const saved = [];
  let number = 0;
  const save = createComfortSaver({
    send: async (settings) => {
      sent.push(settings);
      return { kind: replies.shift() ?? "ok" };
    },
    onSaved: (settings) => saved.push(settings),
    timers: {
      later: (action) => (planned.set((number += 1), action), number),
      cancel: (id) => planned.delete(id),
    },
    random: () => 0.5,
  });
  async function pass() {
    const actions = [...planned.values()];
    planned.clear();
    for (const action of actions) await action();
  }
  return { save, pass, sent, saved, waits: () => planned.size };
}

test("of several changes in a moment the last one is sent", async () => {
  const { save, pass, sent, saved, waits } = saving([]);
  for (const text of [125, 150, 200]) save({ ...USUAL, text });
  await pass();
  assert.deepEqual(sent.map(({ text }) => text), [200]);
  assert.deepEqual(saved, sent);
  assert.equal(waits(), 0);
});

test("what did not arrive is sent again, and what was changed meanwhile instead of it", async () => {
  const { save, pass, sent, saved } = saving(["trouble", "trouble"]);
  save({ ...USUAL, text: 125 });
  await pass();
  await pass();
  save({ ...USUAL, text: 200 });
  await pass();
  assert.deepEqual(sent.map(({ text }) => text), [125, 125, 200]);
  assert.deepEqual(saved.map(({ text }) => text), [200]);
});

test("a page that no longer counts does not ask again", async () => {
  const { save, pass, sent, saved, waits } = saving(["refused"]);
  save({ ...USUAL, text: 125 });
  await pass();
  assert.equal(sent.length, 1);
  assert.equal(saved.length, 0);
  assert.equal(waits(), 0);
});

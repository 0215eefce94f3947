/** Help calls on the candidate's page: what is shown when, and how questions are counted. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { helpShown, inHand, questionOf, wasReplaced } from "../../../exam_client_web/static/js/lib/help.js";

const state = (position, question, help = null) => ({ item: { position }, progress: { position: question }, help });
const called = (status) => ({ call: 9, state: status, at: 1, stops_clock: true });

test("a call begins in the test alone, and not before the candidate has asked to", () => {
  assert.equal(helpShown(state(1, 1), "test", false), "button");
  assert.equal(helpShown(state(1, 1), "test", true), "choosing");
  for (const view of ["waiting", "ready", "stopped", "ended", "loading", "taken_over"]) {
    assert.equal(helpShown(state(1, 1), view, true), "none");
  }
});

test("a call that waits is shown whether the clock runs or stands", () => {
  for (const view of ["test", "stopped"]) {
    for (const status of ["open", "answered"]) assert.equal(helpShown(state(1, 1, called(status)), view, true), status);
  }
  assert.equal(helpShown(state(1, 1, called("open")), "ended", false), "none");
});

test("another item at the same question is a replacement; the next question and a repeat are none", () => {
  const hand = inHand(state(5, 5));
  assert.equal(wasReplaced(hand, state(6, 5)), true);
  assert.equal(wasReplaced(hand, state(6, 6)), false);
  assert.equal(wasReplaced(hand, state(5, 5)), false);
  assert.equal(wasReplaced(null, state(6, 5)), false);
  assert.equal(wasReplaced(hand, { ...state(6, 5), item: null }), false);
});

test("a saved question is named as the candidate counts", () => {
  assert.equal(questionOf(4, inHand(state(5, 5))), 4);
  assert.equal(questionOf(6, inHand(state(7, 6))), 5);
  assert.equal(questionOf(1, null), 1);
});

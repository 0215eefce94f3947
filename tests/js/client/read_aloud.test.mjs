// Reading aloud: block after block, the word where it stands, and nothing where there is no voice.

import assert from "node:assert/strict";
import { test } from "node:test";

import { createSpeaker } from "../../../exam_client_web/static/js/lib/speaker.js";
import { frenchVoice, wordAt } from "../../../exam_client_web/static/js/lib/spoken_text.js";

const voice = (lang, localService = true) => ({ lang, localService, name: lang });
class Utterance {
  constructor(text) {
    this.text = text;
  }
}

/** A synthesis that says a block when it is told to. */
function platform(voices) {
  const said = [];
  return {
    said,
    getVoices: () => voices,
    speak: (utterance) => said.push(utterance),
    cancel: () => said.splice(0),
  };
}

const blocks = [{ text: "Un fichier", parts: [] }, { text: "Deux réponses", parts: [] }];

function speaking(voices = [voice("en-GB"), voice("fr-FR")]) {
  const synthesis = platform(voices);
  const heard = [];
  const speaker = createSpeaker({
    synthesis,
    Utterance,
    onWord: (block, index) => heard.push(`${block.text.slice(index).split(" ")[0]}`),
    onState: (state) => heard.push(state),
  });
  return { synthesis, heard, speaker };
}

test("a voice of this computer that speaks French is chosen before one of the network", () => {
  assert.equal(frenchVoice([voice("en-GB"), voice("fr-CA", false), voice("fr_FR")]).lang, "fr_FR");
  assert.equal(frenchVoice([voice("fr-CA", false)]).lang, "fr-CA");
  assert.equal(frenchVoice([voice("fro"), voice("en-GB")]), null);
  assert.equal(frenchVoice([]), null);
});

test("blocks are read one after the other, and a failing one does not keep the rest", () => {
  const { synthesis, heard, speaker } = speaking();
  speaker.read(blocks, 0.75);
  const [first] = synthesis.said;
  assert.deepEqual([first.text, first.rate, first.lang], ["Un fichier", 0.75, "fr-FR"]);
  first.onboundary({ charIndex: 3 });
  first.onerror();
  const second = synthesis.said[1];
  assert.equal(second.text, "Deux réponses");
  second.onend();
  assert.deepEqual(heard, ["silent", "reading", "fichier", "silent"]);
});

test("what was stopped says nothing more, even when its end comes late", () => {
  const { synthesis, heard, speaker } = speaking();
  speaker.read(blocks, 1);
  const [first] = synthesis.said;
  speaker.stop();
  first.onboundary({ charIndex: 0 });
  first.onend();
  assert.deepEqual(synthesis.said, []);
  assert.deepEqual(heard, ["silent", "reading", "silent"]);
});

test("without a French voice, or without any synthesis, it is said so", () => {
  const { heard, speaker } = speaking([voice("en-GB")]);
  speaker.read(blocks, 1);
  assert.deepEqual(heard, ["silent", "no_voice"]);
  const states = [];
  const mute = createSpeaker({ synthesis: null, Utterance, onWord: () => {}, onState: (state) => states.push(state) });
  mute.read(blocks, 1);
  assert.deepEqual(states, ["silent", "no_voice"]);
});

test("a word is found in the node where it stands, across several nodes of one block", () => {
  const [one, two] = [{ data: "Ouvrez le " }, { data: "fichier joint." }];
  const block = { text: one.data + two.data, parts: [{ node: one, from: 0 }, { node: two, from: one.data.length }] };
  assert.deepEqual(wordAt(block, 0), { node: one, start: 0, end: 6 });
  assert.deepEqual(wordAt(block, 7), { node: one, start: 7, end: 9 });
  assert.deepEqual(wordAt(block, 10), { node: two, start: 0, end: 7 });
  assert.deepEqual(wordAt(block, 18), { node: two, start: 8, end: 14 });
  assert.equal(wordAt(block, 99), null);
  assert.equal(wordAt(block, 9), null);
});

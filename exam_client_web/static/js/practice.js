// The practice page: the candidate's own view with questions of its own. Nothing is sent and nothing is marked.

import { createComfortKept } from "./lib/comfort_kept.js";
import { createSettings } from "./lib/comfort_settings.js";
import { readTexts } from "./lib/texts.js";
import { showComfort } from "./views/comfort.js";
import { createReadAloud } from "./views/read_aloud.js";
import { createScreen } from "./views/screen.js";
import { createTest } from "./views/test.js";

const questions = JSON.parse(document.getElementById("questions").textContent);
const text = readTexts();
const screen = createScreen(document.querySelector("main"));

const storage = () => {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
};

let at = 0;
const test = createTest(screen.section("test"), text, { onChange: () => {}, onFinish: goOn });

// Whoever will have it on the day hears here whether this computer has a French voice.
const readAloud = createReadAloud(screen.section("test"), text, {
  synthesis: window.speechSynthesis ?? null,
  Utterance: window.SpeechSynthesisUtterance,
  highlights: window.CSS?.highlights,
  Highlight: window.Highlight,
});
readAloud.show(true);

function ask() {
  readAloud.stop();
  test.showItem(questions[at], null, { n: at + 1, of: questions.length });
  screen.show("test");
  test.focus();
  window.scrollTo(0, 0);
}

function goOn() {
  at += 1;
  if (at < questions.length) ask();
  else screen.show("done");
}

document.querySelector("[data-action='begin']").addEventListener("click", ask);
document.querySelector("[data-action='again']").addEventListener("click", () => {
  at = 0;
  ask();
});

showComfort(createSettings({ kept: createComfortKept({ own: storage() }) }));
screen.show("welcome");

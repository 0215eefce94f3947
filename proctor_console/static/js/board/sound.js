/** A short soft tone when somebody newly needs the invigilator; silent until it is switched on. */

const NOTES = [659, 880]; // hertz: a rising pair, unlike a fire alarm or a bell
const LONG = 0.16;
const SOFT = 0.12;

/** `wanted()` says whether the reader has switched sounds on; `play()` makes the tone then, `wake()` prepares it. */
export function createSound({ wanted, Context = window.AudioContext }) {
  let context = null;

  /** Browsers give sound only to a page that was touched: called at the first touch, and when it is switched on. */
  function wake() {
    if (!wanted() || !Context) return;
    context ??= new Context();
    if (context.state === "suspended") context.resume();
  }

  function play() {
    if (!wanted()) return;
    wake();
    if (context?.state !== "running") return;
    NOTES.forEach((note, index) => tone(context, note, context.currentTime + index * LONG));
  }

  return { wake, play };
}

function tone(context, note, from) {
  const oscillator = context.createOscillator();
  const volume = context.createGain();
  oscillator.frequency.value = note;
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(SOFT, from + 0.02);
  volume.gain.linearRampToValueAtTime(0, from + LONG);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(from);
  oscillator.stop(from + LONG);
}

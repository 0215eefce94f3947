// Two short notes, made here: no file is fetched, and nothing is heard before somebody has pressed a button.

const NOTES = [523.25, 659.25]; // do, mi
const LENGTH = 0.45; // seconds

/** Plays once; a browser without Web Audio stays silent, and the person says so. */
export function createNotes(Context = window.AudioContext) {
  let context = null;
  return {
    async play() {
      if (!Context) return;
      context ??= new Context();
      await context.resume();
      NOTES.forEach((pitch, place) => note(context, pitch, context.currentTime + 0.05 + place * LENGTH));
    },
  };
}

/** One note with soft edges: a hard one cracks in a headset. */
function note(context, pitch, at) {
  const voice = context.createOscillator();
  const loudness = context.createGain();
  voice.frequency.value = pitch;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.3, at + 0.03);
  loudness.gain.setValueAtTime(0.3, at + LENGTH - 0.08);
  loudness.gain.linearRampToValueAtTime(0, at + LENGTH);
  voice.connect(loudness).connect(context.destination);
  voice.start(at);
  voice.stop(at + LENGTH);
}

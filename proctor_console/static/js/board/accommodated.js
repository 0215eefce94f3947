/** What was decided for a candidate, in the invigilator's words: what is to be done, never why. */

/** Breaks and measures as words; extra time has a place of its own on the board. */
export function accommodated(say, { breaks = null, measures = [] } = {}) {
  const words = measures.map((measure) => say(`measure_${measure}`));
  return breaks === null ? words : [say(breaks.most === 1 ? "breaks_one" : "breaks_many", { n: breaks.most, minutes: breaks.each_s / 60 }), ...words];
}

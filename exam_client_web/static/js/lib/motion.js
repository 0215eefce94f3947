// Whether the page is to keep still: the computer's wish, or the candidate's.

export function isStill() {
  const wished = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;
  return wished || globalThis.document?.documentElement?.dataset?.motion === "reduced";
}

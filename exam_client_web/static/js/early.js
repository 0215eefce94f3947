/**
 * Keeps a click that comes before the page's scripts are there, and does it when they are.
 *
 * A classic script, loaded in the head on purpose: on a slow network the button is seen, and pressed, before
 * the modules that know what it does have come. They all run before DOMContentLoaded.
 */
(() => {
  "use strict";
  let kept = null;

  const keep = (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button === null) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    kept = button; // The last one alone: whoever presses twice means one thing.
  };

  window.addEventListener("click", keep, { capture: true });
  document.addEventListener("DOMContentLoaded", () => {
    window.removeEventListener("click", keep, { capture: true });
    if (kept?.isConnected) kept.click();
  });
})();

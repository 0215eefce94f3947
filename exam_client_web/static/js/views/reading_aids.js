// What follows the eye: the line guide, and the masks over all but the part of the question in hand.

// A box that is higher than so many lines is read line by line: the guide goes to its first one.
const LINES = 3;
const LINES_OF_TEXT = ":is(p, pre, li)";
const PARTS = `.stem ${LINES_OF_TEXT}, .files, .calculator, .answer`;

/** The band goes where the pointer or the focus is; styles show it where it is wished for. */
export function createGuide(band, page = document) {
  const place = (y) => band.style.setProperty("--guide-y", `${Math.round(y)}px`);

  page.addEventListener("pointermove", ({ clientY }) => place(clientY));
  page.addEventListener("focusin", ({ target }) => {
    // A press on a text gives the focus to all around it: the pointer is where the eye is.
    if (target.tagName === "MAIN") return;
    const { top, height } = target.getBoundingClientRect();
    const line = parseFloat(getComputedStyle(target).lineHeight) || 24;
    place(top + (height > LINES * line ? line : height / 2));
  });
}

/** `view` is the test's; `settings` say whether there are masks. */
export function createMasks(view, settings) {
  const stem = view.querySelector(".stem");
  const parts = () => [...view.querySelectorAll(PARTS)].filter((part) => !part.hidden);
  let isOn = false;

  function take(part) {
    for (const other of view.querySelectorAll("[data-in-hand]")) if (other !== part) delete other.dataset.inHand;
    part.dataset.inHand = "";
  }
  /** Without a pointer every part of the text must be reached as well: by the Tab key, while there are masks. */
  function prepare() {
    for (const part of stem.querySelectorAll(LINES_OF_TEXT)) {
      if (part.tagName === "PRE") continue;
      if (isOn) part.tabIndex = 0;
      else part.removeAttribute("tabindex");
    }
    const [first] = parts();
    if (first && view.querySelector("[data-in-hand]") === null) take(first);
  }
  function follow({ target }) {
    const part = target.closest?.(PARTS);
    if (part && view.contains(part)) take(part);
  }

  // A hand that lies still chooses nothing, whatever question comes under it.
  view.addEventListener("pointermove", follow);
  view.addEventListener("pointerdown", follow);
  view.addEventListener("focusin", follow);
  new MutationObserver(() => {
    // Another question: its text is what is read first.
    for (const part of view.querySelectorAll("[data-in-hand]")) delete part.dataset.inHand;
    prepare();
  }).observe(stem, { childList: true });
  settings.onChange(({ masking }) => {
    isOn = masking;
    prepare();
  });
}

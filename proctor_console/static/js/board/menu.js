/** One menu for all rows: opens beside its button, arrows move in it, Escape gives the focus back. */

import { el } from "../lib/dom.js";

/** Builds the menu once; `open(button, entries)` shows entries of {label, danger, run}. */
export function createMenu(label) {
  const menu = el("div", { class: "menu", role: "menu", "aria-label": label, hidden: true });
  document.querySelector("main").append(menu);
  let opener = null;
  let top = 0; // where the opener lay, in pixels of the window

  const items = () => [...menu.querySelectorAll("[role=menuitem]")];

  function close({ giveBack = true } = {}) {
    if (!opener) return;
    menu.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    if (giveBack) opener.focus();
    opener = null;
  }

  function open(button, entries) {
    if (opener === button) return close();
    close({ giveBack: false });
    opener = button;
    menu.replaceChildren(...entries.map((entry) => item(entry, close)));
    menu.hidden = false;
    button.setAttribute("aria-expanded", "true");
    const anchor = button.getBoundingClientRect();
    top = anchor.top;
    place(menu, anchor);
    items()[0]?.focus();
  }

  menu.addEventListener("keydown", (event) => {
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) {
      all.at(to % all.length).focus();
    } else if (event.key === "Escape") {
      close();
    } else if (event.key === "Tab") {
      return close();
    } else {
      return;
    }
    event.preventDefault();
  });
  document.addEventListener("pointerdown", (event) => {
    if (opener && !menu.contains(event.target) && !opener.contains(event.target)) close({ giveBack: false });
  });
  addEventListener("resize", () => close({ giveBack: false }));
  // A scroll is told late: that of the step that led to the button arrives when the menu is open already. Only a button
  // that has moved since leaves its menu behind.
  function leaveBehind() {
    if (opener && opener.getBoundingClientRect().top !== top) close({ giveBack: false });
  }
  document.addEventListener("scroll", leaveBehind, { capture: true, passive: true });
  return { open, close, isOpen: () => opener !== null };
}

function item({ label, danger, run }, close) {
  const button = el("button", { type: "button", role: "menuitem", tabindex: "-1", class: danger ? "menu__item menu__item--danger" : "menu__item", text: label });
  button.addEventListener("click", () => {
    close();
    run();
  });
  return button;
}

/** Below the button, its right edge under the button's; above it where there is no room below. */
function place(menu, anchor) {
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = anchor.bottom + 4;
  const top = below + height > innerHeight ? Math.max(4, anchor.top - height - 4) : below;
  menu.style.setProperty("left", `${Math.max(4, Math.min(innerWidth - width - 4, anchor.right - width))}px`);
  menu.style.setProperty("top", `${top}px`);
}

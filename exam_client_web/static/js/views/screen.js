// One view at a time: shows the one that counts and takes the focus to its heading.

/** `main` holds <section data-view="name">; show(name) returns true when the view changed. */
export function createScreen(main, body = document.body) {
  let current = null;
  const sections = [...main.querySelectorAll("[data-view]")];
  return {
    show(name) {
      if (name === current) return false;
      current = name;
      body.dataset.phase = name;
      for (const section of sections) section.hidden = section.dataset.view !== name;
      const heading = main.querySelector(`[data-view="${name}"] h1`);
      if (heading && name !== "loading") heading.focus({ preventScroll: true });
      window.scrollTo(0, 0);
      return true;
    },
    section: (name) => sections.find((section) => section.dataset.view === name),
  };
}

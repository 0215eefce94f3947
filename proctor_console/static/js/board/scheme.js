// Runs before the board is drawn, so that nothing flashes: on a screen set to dark it has the dark colours, also when that
// changes. No module, since those wait for the page.

(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
  };
  follow();
  dark.addEventListener("change", follow);
})();

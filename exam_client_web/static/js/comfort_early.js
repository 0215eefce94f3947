// Runs before a page is drawn, so that nothing jumps: what this browser kept of the comfort settings, on <html>.
// No module, since those wait for the page; views/comfort.js goes on from here.

(() => {
  const page = document.documentElement;
  const read = (name) => {
    try {
      return JSON.parse(window[name].getItem("passation.comfort"));
    } catch {
      return null; // Nothing kept, nothing readable, or nothing allowed: the page is as it comes.
    }
  };
  const ofTab = document.currentScript.dataset.kept === "tab" ? read("sessionStorage") : null;
  const kept = ofTab ?? read("localStorage");
  const word = /^[a-z0-9]+$/;
  for (const [name, value] of Object.entries(kept?.shown ?? {})) {
    if (word.test(name) && word.test(value)) page.dataset[name] = value;
  }
  const theme = kept?.settings?.theme ?? "auto";
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.theme = theme === "contrast" || theme === "dark" ? theme : theme === "auto" && isDark ? "dark" : "light";
})();

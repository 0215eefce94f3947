/** The results page: opens and closes the detail of one candidate. */

for (const button of document.querySelectorAll("[data-toggle]")) {
  const detail = document.getElementById(button.getAttribute("aria-controls"));
  button.addEventListener("click", () => {
    const open = detail.hidden;
    detail.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  });
}

"""A reader who spaces the text out, as the RGAA (10.12) describes it: what is then cut or covered."""

from playwright.sync_api import Page

_SPACED = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-bottom: 2em !important; }
"""
_SPACE_OUT = """sheet => {
  const spaced = new CSSStyleSheet();
  spaced.replaceSync(sheet);
  document.adoptedStyleSheets = sheet ? [spaced] : [];
}"""
_UNREADABLE = """boxes => {
  const found = [];
  const isShown = (one) => one.checkVisibility() && !one.closest("[aria-hidden=true]");
  const isForTheEye = (one) => {
    for (let up = one; up; up = up.parentElement) if (getComputedStyle(up).clipPath !== "none") return false;
    return isShown(one);
  };
  const start = (text) => text.trim().slice(0, 40);
  for (const one of document.querySelectorAll("main *")) {
    const { overflowX, overflowY } = getComputedStyle(one);
    const isCut = (how, size, room) => ["hidden", "clip"].includes(how) && size > room + 1;
    if (!one.textContent.trim() || !isForTheEye(one)) continue;
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = one;
    if (isCut(overflowX, scrollWidth, clientWidth) || isCut(overflowY, scrollHeight, clientHeight)) {
      found.push(`cut: ${one.className}: ${start(one.textContent)}`);
    }
  }
  for (const box of document.querySelectorAll(boxes)) {
    const { left, right, bottom } = box.getBoundingClientRect();
    const words = [];
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode: text } = texts;
      if (!text.data.trim() || !isForTheEye(text.parentElement)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      for (const line of range.getClientRects()) words.push({ text, line });
    }
    for (const { text, line } of words) {
      const isOut = line.left < left - 1 || line.right > right + 1 || line.bottom > bottom + 2;
      if (isOut) found.push(`out of its box: ${start(text.data)}`);
    }
    words.forEach(({ text, line }, place) => {
      for (const { text: other, line: over } of words.slice(place + 1)) {
        const wide = Math.min(line.right, over.right) - Math.max(line.left, over.left);
        const high = Math.min(line.bottom, over.bottom) - Math.max(line.top, over.top);
        if (text === other || wide <= 2 || high <= 4) continue;
        found.push(`over one another: ${start(text.data)}, ${start(other.data)}`);
      }
    });
  }
  return [...new Set(found)];
}"""


def unreadable_where_spaced_out(page: Page, boxes: str) -> list[str]:
    """What is cut, leaves its box or lies over other words; `boxes` are looked into word by word."""
    page.evaluate(_SPACE_OUT, _SPACED)
    page.wait_for_timeout(100)
    found: list[str] = page.evaluate(_UNREADABLE, boxes)
    page.evaluate(_SPACE_OUT, "")
    return found

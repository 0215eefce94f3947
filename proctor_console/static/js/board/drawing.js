/** When the board is drawn: at most once a frame, so that a thousand events that come at once cost one drawing. */

/** `soon(board, before)` draws before long, `due()` at once what still waits; `schedule(call)` is a frame, or a moment. */
export function createDrawing({ draw, schedule }) {
  let waiting = null; // the newest board, and the one that was drawn last

  function due() {
    if (waiting === null) return;
    const { board, before } = waiting;
    waiting = null;
    draw(board, before);
  }

  function soon(board, before) {
    if (waiting === null) schedule(due);
    waiting = { board, before: waiting === null ? before : waiting.before };
  }

  return { soon, due };
}

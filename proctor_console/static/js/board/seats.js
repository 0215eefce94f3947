/** The room's plan: which seats are taken, which one comes next, where an arrow key leads. Pure. */

/** Every seat of the room by row, with the candidate who holds it (an absent candidate holds none). */
export function plan(board) {
  const { rows, columns } = board.session;
  const holders = new Map();
  for (const candidate of board.candidates) {
    if (candidate.seat && candidate.state !== "absent") holders.set(key(candidate.seat), candidate);
  }
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_, column) => {
      const seat = { row: row + 1, column: column + 1 };
      return { ...seat, holder: holders.get(key(seat)) ?? null };
    }),
  );
}

const key = ({ row, column }) => `${row}/${column}`;

/** The seat to propose: the candidate's own, else the first free one from the front, row by row; null in a full room. */
export function proposed(board, candidate) {
  if (candidate.seat) return { ...candidate.seat };
  const free = plan(board).flat().find((seat) => seat.holder === null);
  return free ? { row: free.row, column: free.column } : null;
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** The seat that an arrow key, Home or End leads to; null when the key is for somebody else. Never leaves the room. */
export function moved({ row, column }, pressed, { rows, columns }) {
  if (pressed === "Home") return { row, column: 1 };
  if (pressed === "End") return { row, column: columns };
  const step = STEPS[pressed];
  if (!step) return null;
  return { row: Math.min(rows, Math.max(1, row + step[0])), column: Math.min(columns, Math.max(1, column + step[1])) };
}

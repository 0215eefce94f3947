/** Which candidates the board shows and in which order, and when a new order has to wait. Pure. */

import { plain } from "../lib/format.js";
import { rankOf } from "./attention.js";
import { GROUPS } from "./summary.js";

const FRENCH = new Intl.Collator("fr");

const byName = (a, b) =>
  FRENCH.compare(a.family_name, b.family_name) || FRENCH.compare(a.given_name, b.given_name) || (a.id < b.id ? -1 : 1);

const seatRank = ({ seat }) => (seat === null ? 1e6 : seat.row * 100 + seat.column);

const ORDERS = {
  attention: (board, now) => {
    const ranks = new Map(board.candidates.map((candidate) => [candidate.id, rankOf(candidate, board.session, now)]));
    return (a, b) => ranks.get(a.id) - ranks.get(b.id) || byName(a, b);
  },
  name: () => byName,
  seat: () => (a, b) => seatRank(a) - seatRank(b) || byName(a, b),
};

/** The candidates to show, in their order at `now`. */
export function visible(board, { query = "", group = "all", order = "name" } = {}, now = board.now) {
  const words = plain(query).split(" ").filter(Boolean);
  const matches = (candidate) => {
    const text = plain(`${candidate.family_name} ${candidate.given_name} ${candidate.class_name}`);
    return words.every((word) => text.includes(word));
  };
  const holds = GROUPS[group] ?? GROUPS.all;
  const compare = (ORDERS[order] ?? ORDERS.name)(board, now);
  return board.candidates.filter((candidate) => holds(candidate) && matches(candidate)).sort(compare);
}

/**
 * The list to draw while a hand may be on it. With `busy`, whoever is shown (ids in `before`) keeps the place and
 * whoever is new comes at the end; `waits` says that the wanted order is another one.
 */
export function kept(wanted, before, busy) {
  if (!busy) return { list: wanted, waits: false };
  const places = new Map(before.map((id, place) => [id, place]));
  const list = [...wanted].sort((a, b) => (places.get(a.id) ?? Infinity) - (places.get(b.id) ?? Infinity) || 0);
  return { list, waits: list.some((candidate, place) => candidate !== wanted[place]) };
}

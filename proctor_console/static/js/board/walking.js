/** Where an arrow key leads among the rows as they lie on the screen: list, two columns or seat plan. Pure. */

const AXES = {
  ArrowDown: { along: "y", sign: 1 },
  ArrowUp: { along: "y", sign: -1 },
  ArrowRight: { along: "x", sign: 1 },
  ArrowLeft: { along: "x", sign: -1 },
};

const ASIDE = 4; // a step to the side counts for as much as four in the wanted direction

/**
 * The index of the box that `key` leads to from the box at `from`; null when the key is for somebody else. `boxes` are
 * centres {x, y} in the order of the list. Down and up go on into the next column; nothing leaves the list.
 */
export function nextBox(boxes, from, key) {
  if (key === "Home") return 0;
  if (key === "End") return boxes.length - 1;
  const axis = AXES[key];
  if (!axis) return null;
  const across = axis.along === "y" ? "x" : "y";
  let found = null;
  let least = Infinity;
  boxes.forEach((box, index) => {
    const ahead = (box[axis.along] - boxes[from][axis.along]) * axis.sign;
    if (index === from || ahead < 1) return;
    const aside = Math.abs(box[across] - boxes[from][across]);
    const isBeside = axis.along === "y" && aside > ahead + 1; // another column: the order of the list leads there
    const far = ahead + ASIDE * aside;
    if (!isBeside && far < least) [found, least] = [index, far];
  });
  if (found !== null) return found;
  if (axis.along === "x") return from;
  return Math.min(boxes.length - 1, Math.max(0, from + axis.sign));
}

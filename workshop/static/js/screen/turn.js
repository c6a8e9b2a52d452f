// @ts-check
/** Shows where something went: an element that has a `data-moves` and stands elsewhere after `draw` travels there. */

const TURN = { duration: 1200, easing: "cubic-bezier(0.45, 0, 0.2, 1)" }; // the rotation of roles, the one slow thing
const STIR = { duration: 400, easing: "ease-out" };
const still = matchMedia("(prefers-reduced-motion: reduce)");

export const isStill = () => still.matches;

/**
 * @param {HTMLElement} root
 * @param {() => void} draw
 * @param {boolean} [slowly] as the roles turn
 */
export function moving(root, draw, slowly = false) {
  const before = isStill() ? new Map() : places(root);
  for (const { element } of before.values()) for (const travel of element.getAnimations()) travel.cancel(); // draw measures
  draw();
  if (!before.size) return;
  for (const [key, { left, top, element }] of places(root)) {
    const from = before.get(key);
    if (!from) element.animate({ opacity: [0, 1] }, STIR);
    else if (from.left !== left || from.top !== top) {
      const transform = [`translate(${from.left - left}px, ${from.top - top}px)`, "none"];
      element.animate({ transform }, slowly ? TURN : STIR);
    }
  }
}

/** @param {HTMLElement} root */
function places(root) {
  const elements = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-moves]")]);
  return new Map(
    elements.map((element) => {
      const { left, top } = element.getBoundingClientRect();
      return [element.dataset.moves, { left, top, element }];
    }),
  );
}

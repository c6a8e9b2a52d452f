// @ts-check
/** On a projector nothing scrolls: what does not fit becomes smaller, down to what can still be read. */

const STEP = 0.05;

/**
 * Makes all that counts in `--fit` as large as fits.
 * @param {HTMLElement} root
 * @param {{ most?: number, least?: number, boxes?: HTMLElement[] }} [size] 1 is the size the design asks for; `boxes`
 *   have a height of their own, whatever is in them
 * @returns {boolean} whether it fits now
 */
export function fit(root, { most = 1, least = 0.5, boxes = [root] } = {}) {
  for (let size = most; size > least; size -= STEP) {
    root.style.setProperty("--fit", size.toFixed(2));
    if (boxes.every(fits)) return true;
  }
  root.style.setProperty("--fit", String(least));
  return boxes.every(fits);
}

/** The least `--fit` at which text of so many rem can still be read from the back: a fiftieth of the wall. @param {number} rem */
export function readable(rem) {
  const unit = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return Math.min(1, Math.min(innerHeight, innerWidth) / 50 / (rem * unit));
}

const CLIPPING = ".fitted, .tables, .played, .names, .posts, .spotlight, .lobby"; // what does not show all that is in it

/**
 * Makes the whole page as large as its scene allows, after the parts of it have become as small as they go.
 * @param {HTMLElement} scene
 * @param {() => void} draw fills the scene, and fits its parts
 */
export function fitPage(scene, draw) {
  const page = document.documentElement.style;
  for (let size = 1; size > 0.4; size -= STEP) {
    page.setProperty("--page", size.toFixed(2));
    draw();
    if (isWhole(scene)) return;
  }
}

/** Is all of it to be seen? @param {HTMLElement} scene */
export const isWhole = (scene) =>
  [scene, ...scene.querySelectorAll(CLIPPING)].every((box) => box.closest("[hidden]") !== null || fits(/** @type {HTMLElement} */ (box)));

/** @param {HTMLElement} box */
export const fits = (box) => box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

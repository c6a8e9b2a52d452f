// @ts-check
/** On a projector nothing scrolls: what does not fit becomes smaller, down to what can still be read. */

const STEP = 0.05;
const SIGNS = 2.8; // rem: one row of them
const CORNER = 20; // rem wide, as the heads of css/screen/scene.css leave free
const TOP = 6.5; // rem high

/**
 * Makes all that counts in `--fit` as large as fits.
 * @param {HTMLElement} root
 * @param {{ most?: number, least?: number, boxes?: HTMLElement[] }} [size] 1 is the size the design asks for; `boxes`
 *   have a height of their own, whatever is in them
 * @returns {boolean} whether it fits now
 */
export function fit(root, { most = 1, least = 0.5, boxes = [root] } = {}) {
  return largest(most, least, (size) => {
    root.style.setProperty("--fit", size.toFixed(2));
    return boxes.every(fits);
  });
}

/**
 * Looks for the largest size in few looks, for each costs a layout: the largest itself, the least, then by halves.
 * @param {number} most @param {number} least @param {(size: number) => boolean} draw whether all fits at this size
 * @returns {boolean} whether it fits now; if not, it was drawn at the least
 */
export function largest(most, least, draw) {
  if (draw(most)) return true;
  if (most <= least || !draw(least)) return false;
  let fitting = 0; // steps above the least
  let drawn = 0;
  for (let over = Math.ceil((most - least) / STEP); over - fitting > 1; ) {
    drawn = (fitting + over) >> 1;
    if (draw(least + drawn * STEP)) fitting = drawn;
    else over = drawn;
  }
  return drawn === fitting || draw(least + fitting * STEP);
}

/** One rem, in px. */
const unit = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** The least `--fit` at which text of so many rem can still be read from the back: a fiftieth of the height (in a strip of a window: by its width). @param {number} rem */
export const readable = (rem) => Math.min(1, Math.min(innerHeight / 50, innerWidth * 0.036) / (rem * unit()));

/** Some scenes begin beside the way in, in the corner (css/screen/scene.css): not where its address is long, or the signs take more than one row. */
function leaveTop() {
  const [signs, corner] = ["signs", "corner"].map((name) => document.querySelector(`.top .${name}`)?.getBoundingClientRect());
  if (!signs || !corner) return;
  const rem = unit();
  document.body.toggleAttribute("data-below", signs.height > SIGNS * rem || corner.width > CORNER * rem || corner.height > TOP * rem);
}

const CLIPPING = ".fitted, .tables, .played, .names, .posts, .spotlight, .lobby"; // what does not show all that is in it

/**
 * Makes the whole page as large as its scene allows, after the parts of it have become as small as they go.
 * @param {HTMLElement} scene
 * @param {() => void} draw fills the scene, and fits its parts
 */
export function fitPage(scene, draw) {
  const page = document.documentElement.style;
  for (let size = 1; size > 0.4; size -= 2 * STEP) {
    page.setProperty("--page", size.toFixed(2));
    leaveTop();
    draw();
    if (isWhole(scene)) return;
  }
}

/** Is all of it to be seen? @param {HTMLElement} scene */
export const isWhole = (scene) =>
  [scene, ...scene.querySelectorAll(CLIPPING)].every((box) => box.closest("[hidden]") !== null || fits(/** @type {HTMLElement} */ (box)));

/** @param {HTMLElement} box */
export const fits = (box) => box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

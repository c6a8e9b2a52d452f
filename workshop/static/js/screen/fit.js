// @ts-check
/** On a projector nothing scrolls: what does not fit becomes smaller, down to what can still be read. */

const STEP = 0.05;

/**
 * Makes all that counts in `--fit` as large as fits in the box.
 * @param {HTMLElement} box with a height of its own, whatever is in it
 * @param {{ most?: number, least?: number }} [size] 1 is the size the design asks for
 * @returns {boolean} whether it fits now
 */
export function fit(box, { most = 1, least = 0.5 } = {}) {
  for (let size = most; size > least; size -= STEP) {
    box.style.setProperty("--fit", size.toFixed(2));
    if (fits(box)) return true;
  }
  box.style.setProperty("--fit", String(least));
  return fits(box);
}

/** @param {HTMLElement} box */
export const fits = (box) => box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

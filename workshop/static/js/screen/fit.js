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

/** @param {HTMLElement} box */
export const fits = (box) => box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;

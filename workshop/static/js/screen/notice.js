// @ts-check
/** What the leader says to all: large for as long as it takes to read, then small, then gone. */

const LARGE = 15_000; // ms, and for each letter
const PER_LETTER = 80;
const SMALL = 180_000;

/** @typedef {import("../wire.js").Notice} Notice */

/**
 * How a notice is shown, and until when.
 * @param {Notice | undefined} notice
 * @param {number} now ms on the server's clock
 * @returns {{ size: "large" | "small" | null, left: number }} `left`: ms until that changes
 */
export function sizeOf(notice, now) {
  if (!notice) return { size: null, left: Infinity };
  const large = notice.at + LARGE + notice.text.length * PER_LETTER - now;
  if (large > 0) return { size: "large", left: large };
  const small = large + SMALL;
  return small > 0 ? { size: "small", left: small } : { size: null, left: Infinity };
}

export class Notices {
  /** @param {HTMLElement} box @param {() => number} now ms on the server's clock @param {() => void} onTurn when it has another size */
  constructor(box, now, onTurn) {
    this.box = box;
    this.now = now;
    this.onTurn = onTurn;
    this.shown = ""; // kept here: what stands on the page somebody may have replaced
  }

  /** @param {Notice[]} notices the last one counts; what is for one table is not for the room */
  draw(notices) {
    clearTimeout(this.later);
    const notice = notices.filter(({ group }) => group == null).at(-1);
    const { size, left } = sizeOf(notice, this.now());
    const words = /** @type {HTMLElement} */ (this.box.querySelector(".words"));
    if (notice && this.shown !== notice.text) words.textContent = notice.text;
    this.shown = notice?.text ?? this.shown;
    this.box.hidden = size === null;
    this.box.dataset.size = size ?? "";
    if (left < Infinity) this.later = setTimeout(this.onTurn, left + 50);
  }
}

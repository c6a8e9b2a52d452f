// @ts-check
/** In which order the screen shows the posts: pure, so that it can be tested without a screen. */

import { ranked } from "../shown.js";
export { isSmall, linesOf, MOST, ranked, seen, TURN, viewOf } from "../shown.js";

/** @typedef {import("../shown.js").View} View */
/** @typedef {import("../shown.js").Line} Row */

const CALM = 8000; // ms: no line moves up more often than this, so that it can be read

/** The order of a column as the room sees it: what is new joins at the end, what rises does so now and then. */
export class Order {
  constructor() {
    /** @type {string[]} */
    this.ids = [];
    this.since = -Infinity;
  }

  /** @param {Row[]} lines @param {number} now ms @returns {Row[]} */
  settle(lines, now) {
    const bundled = lines.some(({ id, under }) => under && !this.ids.includes(id)); // the leader's hand: that is seen at once
    if (bundled || now - this.since >= CALM) {
      this.since = now;
      this.ids = ranked(lines).map((line) => line.id);
    }
    const known = new Map(lines.map((line) => [line.id, line]));
    const seen = this.ids.filter((id) => known.has(id));
    this.ids = [...new Set([...seen, ...known.keys()])];
    return this.ids.map((id) => /** @type {Row} */ (known.get(id)));
  }
}

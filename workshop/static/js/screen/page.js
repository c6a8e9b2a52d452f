// @ts-check
/** Which tables are on the screen: all, or in a large hall some at a time, each page as full as the others. Pure. */

export const MOST = 20; // at once; fewer where the wall is small
const LEAST = 4;
const TILE = 1.7; // how much wider than high a table with its names is
export const TURN = 10_000; // ms

/**
 * @typedef {import("../state.js").Row} Row
 * @typedef {{ rows: Row[], from: number, of: number, pages: number, remaining_ms: number }} Page `from`: counted from 0;
 *   `remaining_ms`: until the next page
 */

/** @param {Row[]} groups @param {number} now ms @param {number} [most] at once @returns {Page} */
export function turnOf(groups, now, most = MOST) {
  const pages = Math.ceil(groups.length / most) || 1;
  const many = Math.ceil(groups.length / pages);
  const from = (Math.floor(now / TURN) % pages) * many;
  return { rows: groups.slice(from, from + many), from, of: groups.length, pages, remaining_ms: TURN - (now % TURN) };
}

/**
 * Draws as many tables at once as can be read.
 * @param {Row[]} groups
 * @param {number} now ms
 * @param {(page: Page) => boolean} draw whether all of it is to be seen
 * @returns {Page} the one that was drawn last
 */
export function drawPage(groups, now, draw) {
  for (let most = Math.min(MOST, Math.max(groups.length, LEAST)); ; most -= 1) {
    const page = turnOf(groups, now, most);
    if (draw(page) || most <= LEAST) return page;
  }
}

/** As many beside each other that the rows come out even. @param {number} n @param {HTMLElement} slot where they stand */
export function columns(n, slot) {
  const wide = slot.clientWidth / (slot.clientHeight || 1) / TILE || 1;
  const rows = Math.ceil(n / Math.ceil(Math.sqrt(n * wide)));
  return Math.ceil(n / rows) || 1;
}

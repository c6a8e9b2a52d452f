// @ts-check
/** What does not fit on the screen at once comes page by page, each page as full as the others. */

import { t } from "../words.js";

export const MOST = 20; // tables at once; fewer where the wall is small
const TILE = 1.7; // how much wider than high a table with its names is
export const TURN = 10_000; // ms

/**
 * @typedef {import("../state.js").Row} Row
 * @typedef {{ rows: Row[], from: number, of: number, pages: number, remaining_ms: number }} Page `from`: counted from 0;
 *   `remaining_ms`: until the next page
 */

/** Whose turn it is. @param {number} pages @param {number} now ms */
export const turn = (pages, now) => Math.floor(now / TURN) % pages;

/** @param {Row[]} all @param {number} now ms @param {number} most on each @returns {Page[]} */
export function pagesOf(all, now, most) {
  const pages = Math.ceil(all.length / most) || 1;
  const many = Math.ceil(all.length / pages) || 1;
  const remaining_ms = TURN - (now % TURN);
  return Array.from({ length: pages }, (_, page) => {
    const from = page * many;
    return { rows: all.slice(from, from + many), from, of: all.length, pages, remaining_ms };
  });
}

/**
 * Draws as many at once as can be read. So many that every page fits, else somebody would be on none of them.
 * @param {Row[]} all
 * @param {number} now ms
 * @param {(page: Page, trial: boolean) => boolean} draw whether all of it is to be seen; a trial need not be as large as it can be
 * @param {{ most?: number, last?: boolean }} [which] `most` at once; `last`: the last page, whoever's turn it is
 * @returns {Page} the one that was drawn last
 */
export function drawPage(all, now, draw, { most = MOST, last = false } = {}) {
  for (let many = Math.max(1, Math.min(most, all.length)); ; many -= 1) {
    const pages = pagesOf(all, now, many);
    const page = /** @type {Page} */ (pages.at(last ? -1 : turn(pages.length, now)));
    many = pages[0].rows.length; // a few less would be as many pages
    if (many > 1 && ![page, ...pages].every((one) => draw(one, true))) continue;
    draw(page, false);
    return page;
  }
}

/** How many tables wider than high a place is: asked once, for it costs a layout. @param {HTMLElement} slot */
export const shapeOf = (slot) => slot.clientWidth / (slot.clientHeight || 1) / TILE || 1;

/** As many beside each other that the rows come out even; the fewer, the wider. @param {number} n @param {number} wide as `shapeOf` has it @returns {number[]} those to try, best first */
export function columns(n, wide) {
  const rows = Math.ceil(n / Math.ceil(Math.sqrt(n * wide)));
  const best = Math.ceil(n / rows) || 1;
  return best > 1 ? [best, best - 1] : [best];
}

/** Which tables these are. @param {number} from counted from 0 @param {number} many @param {number} n all */
export const pageOf = (from, many, n) => (many > 1 ? t("tables", { from: from + 1, to: from + many, n }) : t("table_of", { i: from + 1, n }));

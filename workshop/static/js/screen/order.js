// @ts-check
/** What of the wall is shown, and in which order: pure, so that it can be tried without a screen. */

/**
 * @typedef {import("../state.js").Row} Row
 * @typedef {{ concealed?: boolean, spotlight?: string | null, column?: string | null, page?: number }} Wish the leader's
 * @typedef {object} View
 * @property {"concealed" | "spotlight" | "columns" | "one"} mode
 * @property {string | null} column the one that is shown; null: all
 * @property {number} page from 0
 * @property {Row | null} post the one in the spotlight
 */

export const MOST = 9; // lines that a room can take in at once
export const TURN = 30_000; // ms: nobody pages, so the questions take turns
const CALM = 8000; // ms: no line moves up more often than this, so that it can be read
const SMALL = 5; // lines in a column
const LETTERS = 26; // in a row of a column, about
const ROWS = 13; // in a column, about

/** What stands on the wall by itself, each with how many lines were put together under it (`under`). @param {Row[]} posts */
export function linesOf(posts) {
  /** @type {Map<string, number>} */
  const under = new Map();
  for (const { bundle } of posts) if (bundle) under.set(bundle, (under.get(bundle) ?? 0) + 1);
  return posts.filter((post) => !post.bundle).map((post) => ({ ...post, under: under.get(post.id) ?? 0 }));
}

/** Most recognised first, older before newer. @param {Row[]} lines in the order in which they came */
export const ranked = (lines) => [...lines].sort((one, other) => other.recognised - one.recognised);

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

/**
 * Can all of it be read in columns beside each other?
 * @param {Row[][]} columns
 * @param {boolean} was it is not small again at once when one line is taken off
 */
export function isSmall(columns, was = true) {
  const rows = (/** @type {Row[]} */ lines) => lines.reduce((sum, { text }) => sum + Math.ceil(text.length / LETTERS) + 1, 0);
  return columns.every((lines) => lines.length <= SMALL - (was ? 0 : 1) && rows(lines) <= ROWS - (was ? 0 : 2));
}

/**
 * @param {Wish | undefined} wish what the leader shows
 * @param {Record<string, Row[]>} columns the lines by column
 * @param {Row[]} posts all, for one that was put together with others may stand in the light, too
 * @param {boolean} small
 * @param {number} now ms
 * @returns {View}
 */
export function viewOf(wish, columns, posts, small, now) {
  const view = { column: null, page: 0, post: null };
  if (wish?.concealed) return { ...view, mode: "concealed" };
  const keys = Object.keys(columns);
  const post = posts.find(({ id, column }) => id === wish?.spotlight && keys.includes(column));
  if (post) return { ...view, mode: "spotlight", post, column: post.column };
  if (wish?.column && keys.includes(wish.column)) {
    const last = Math.max(0, Math.ceil(columns[wish.column].length / MOST) - 1);
    return { ...view, mode: "one", column: wish.column, page: Math.min(wish.page ?? 0, last) };
  }
  if (small && keys.length > 1) return { ...view, mode: "columns" };
  const filled = keys.filter((key) => columns[key].length);
  return { ...view, mode: "one", column: filled[Math.floor(now / TURN) % filled.length] ?? keys[0] };
}

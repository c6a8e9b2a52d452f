// @ts-check
/** What the screen shows of the wall: pure, and the same for the screen itself, the desk that marks it and the phones. */

/**
 * @typedef {import("./wire.js").Post} Row
 * @typedef {Row & { under?: number }} Line with how many lines were put together under it, where that was counted
 * @typedef {{ concealed?: boolean, spotlight?: string | null, column?: string | null, page?: number }} Wish the leader's
 * @typedef {object} View
 * @property {"concealed" | "spotlight" | "columns" | "one"} mode
 * @property {string | null} column the one that is shown; null: all
 * @property {number} page from 0
 * @property {Row | null} post the one in the spotlight
 */

export const MOST = 9; // lines that a room can take in at once
export const TURN = 30_000; // ms: nobody pages, so the questions take turns
const SMALL = 5; // lines in a column
const LETTERS = 26; // in a row of a column, about
const ROWS = 13; // in a column, about

/** What stands on the wall by itself, each with how many lines were put together under it (`under`). @param {Row[]} posts */
export function linesOf(posts) {
  /** @type {Map<string, number>} */
  const under = new Map();
  for (const { bundle } of posts) if (bundle) under.set(bundle, (under.get(bundle) ?? 0) + 1);
  return posts.filter((post) => !post.bundle).map((post) => /** @type {Row & { under: number }} */ ({ ...post, under: under.get(post.id) ?? 0 }));
}

/** Most recognised first, older before newer. @template {Row} L @param {L[]} lines in the order in which they came */
export const ranked = (lines) => [...lines].sort((one, other) => other.recognised - one.recognised);

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

/**
 * What the screen shows now.
 * @param {import("./state.js").State} state
 * @param {string[]} keys of the columns
 * @param {boolean} was small when it was last looked at
 * @param {number} now ms on the server's clock: two screens in one hall show the same question
 */
export function seen({ wall, step }, keys, was, now) {
  const lines = linesOf(wall.posts);
  const columns = Object.fromEntries(keys.map((key) => [key, lines.filter((line) => line.column === key)]));
  const small = isSmall(Object.values(columns), was);
  return { columns, small, view: viewOf(step?.wall, columns, wall.posts, small, now) };
}

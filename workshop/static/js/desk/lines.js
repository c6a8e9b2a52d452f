// @ts-check
/** The posts on the wall as a leader looks at them: by column, in an order, with those that say the same under one title. Pure. */

/**
 * @typedef {Record<string, any>} Post
 * @typedef {"newest" | "recognised"} Order
 */

const PAGE = 9; // lines that the screen shows large at once

/**
 * All lines of the wall, also those that only leaders see at the moment. A hidden one was taken off by hand; one that
 * is only concealed with the whole wall counts as on it.
 * @param {{ wall: { posts: Post[] }, hidden: Post[] }} state
 * @returns {(Post & { off: boolean })[]}
 */
export function all({ wall, hidden }) {
  const there = new Set(hidden.map(({ id }) => id));
  const shown = wall.posts.filter(({ id }) => !there.has(id)).map((post) => ({ ...post, off: false }));
  return /** @type {any} */ ([...shown, ...hidden.map((post) => ({ ...post, off: post.hidden !== false }))]);
}

/**
 * What stands in a column by itself: single lines and bundles, hidden ones last.
 * @param {(Post & { off: boolean })[]} posts @param {string} column @param {Order} order
 */
export function column(posts, column, order) {
  const ids = new Set(posts.map(({ id }) => id));
  const here = posts.filter((post) => post.column === column && !ids.has(post.bundle)).reverse();
  if (order === "recognised") here.sort((one, other) => other.recognised - one.recognised);
  return here.sort((one, other) => Number(one.off) - Number(other.off));
}

/** The lines that were put together under this one. @param {Post[]} posts @param {any} id */
export const under = (posts, id) => posts.filter((post) => post.bundle === id);

/** May this line be put together with others? Not a hidden one, nor one that stands under another or for others. @param {(Post & { off: boolean })[]} posts @param {Post & { off: boolean }} post */
export const isSingle = (posts, post) => !post.off && !post.bundle && !under(posts, post.id).length;

/** How many pages the screen needs for a column. @param {(Post & { off: boolean })[]} here */
export const pages = (here) => Math.max(1, Math.ceil(here.filter(({ off }) => !off).length / PAGE));

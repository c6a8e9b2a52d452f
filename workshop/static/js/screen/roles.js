// @ts-check
/** Which way the roles turn. Tables of two and of four turn differently from tables of three, so this is looked up. */

/** @typedef {import("../parts.js").Role} Role */

/** @type {Role[]} in a table of three each becomes the next one */
export const ROLES = ["client", "professional", "observer"];

/**
 * What who plays a role in one round plays in another; the most usual first.
 * @param {import("../state.js").Row[]} groups
 * @param {Role} role
 * @param {number} round that in which they play it
 * @param {number} other round
 * @returns {Role[]}
 */
export function becomes(groups, role, round, other) {
  const those = groups.flatMap(({ members }) => members).filter(({ roles }) => roles[round - 1] === role && roles[other - 1]);
  const count = (/** @type {Role} */ one) => those.filter(({ roles }) => roles[other - 1] === one).length;
  return ROLES.filter(count).sort((one, another) => count(another) - count(one));
}

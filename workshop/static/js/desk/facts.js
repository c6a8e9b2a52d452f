// @ts-check
/** What the page knows about its room from the start: the words of its content pack, and what a draw would come to. */

/**
 * @typedef {import("../parts.js").Role} Role
 * @typedef {object} Facts
 * @property {string} code
 * @property {string} zone by whose clock its hours are told
 * @property {Record<string, string>} titles by kind of step
 * @property {Record<string, string>} leads what a leader reads about it
 * @property {{ title: string, say: string }[]} slides
 * @property {Record<Role, string>} roles
 * @property {Record<string, string>} topics
 * @property {{ key: string, title: string }[]} columns
 * @property {Record<string, number>[]} sizes by head count: how many groups of which size
 */

/** @type {Facts} */
export const facts = JSON.parse(document.getElementById("facts")?.textContent ?? "{}");

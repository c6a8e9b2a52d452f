// @ts-check
/** What in a text could point to someone; the server's rule is the same (workshop/core/pointing.py). Pure. */

const ADDRESS = /[^\s@]+@[^\s@]+\.[^\s@]+/g;
const NUMBER = /\d(?:[ .-]?\d){5,}/g;
const CAPITAL = /[\p{L}\p{N},;] +(\p{Lu}\p{Ll}[\p{L}'’-]*)/gu;

/**
 * All that could, each once: an address, a long number, a known name, a capital in the middle of a sentence.
 * @param {string} text
 * @param {string[]} names
 * @returns {string[]}
 */
export function pointing(text, names) {
  const said = ` ${words(text)} `;
  const known = names.filter((name) => words(name) && said.includes(` ${words(name)} `));
  return [...new Set([...(text.match(ADDRESS) ?? []), ...(text.match(NUMBER) ?? []), ...known, ...capitals(text)])];
}

/** @param {string} text */
const words = (text) =>
  text
    .split(/[^\p{L}\p{M}\p{N}'’-]+/u)
    .filter(Boolean)
    .join(" ");

/** One may follow upon another; looking behind is not what every phone can. @param {string} text */
function capitals(text) {
  /** @type {string[]} */
  const found = [];
  CAPITAL.lastIndex = 0;
  for (let match = CAPITAL.exec(text); match; match = CAPITAL.exec(text)) {
    found.push(match[1]);
    CAPITAL.lastIndex -= 1;
  }
  return found;
}

/** As they are quoted in a sentence. @param {string[]} what */
export const quoted = (what) => what.map((one) => `“${one}”`).join(", ");

// @ts-check
/** Lengths of time and numbers of people, in words. */
import { t } from "../words.js";

/** @param {number} seconds */
export function lengthOf(seconds) {
  if (seconds < 60 || seconds % 60 !== 0) return t("seconds", { n: seconds });
  return t("minutes", { n: seconds / 60 });
}

/** Names or parts, as a language strings them together. @param {string[]} parts */
export const listOf = (parts) => new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(parts);

/** Sorts what has a name as people of this language would. @param {{ name: string }} one @param {{ name: string }} other */
export const byName = (one, other) => names.compare(one.name, other.name);
const names = new Intl.Collator(document.documentElement.lang, { sensitivity: "base", numeric: true });

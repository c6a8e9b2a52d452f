// @ts-check
/** The page's words. Scripts hold no sentence: the server puts them, translated, in <script id="words">. */

/** @typedef {string | Record<string, string>} Word one sentence, or one per plural form: {"one": "…", "other": "…"} */

/** @type {Record<string, Word> | undefined} */
let words;

function ofThePage() {
  words ??= /** @type {Record<string, Word>} */ (JSON.parse(document.getElementById("words")?.textContent ?? "{}"));
  return words;
}

/** More words, which came after the page. @param {Record<string, Word>} more */
export function learn(more) {
  words = { ...ofThePage(), ...more };
}

/** Is there a sentence for `key`? @param {string} key */
export const knows = (key) => key in ofThePage();

/**
 * The sentence for `key`, with its {placeholders} filled in; `n` picks the plural form. An unknown key is shown
 * as it is: ugly on purpose, and no reason to stop.
 * @param {string} key
 * @param {Record<string, string | number>} [params]
 */
export function t(key, params = {}) {
  return fill(ofThePage()[key] ?? key, params, document.documentElement.lang);
}

/**
 * @param {Word} word
 * @param {Record<string, string | number>} params
 * @param {string} [language]
 */
export function fill(word, params, language) {
  const sentence = typeof word === "string" ? word : plural(word, Number(params.n), language);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => String(params[name] ?? whole));
}

/**
 * @param {Record<string, string>} forms
 * @param {number} n
 * @param {string} [language]
 */
function plural(forms, n, language) {
  return forms[new Intl.PluralRules(language || undefined).select(n)] ?? forms.other;
}

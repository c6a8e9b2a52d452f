// @ts-check
/**
 * What every script draws with: lit-html, on a page whose words someone else may replace. A browser that translates
 * puts its own elements where lit's text nodes stood; a text kept by lit would then be written where nobody sees it. So new
 * text gets a node of its own, and each place ends at a comment, which nobody translates.
 */
import { Directive, directive } from "../vendor/directive.js";
import * as lit from "../vendor/lit-html.js";

export { nothing, svg } from "../vendor/lit-html.js";

const text = directive(
  class extends Directive {
    /** The same words are the same node, whatever has been put in its place. @param {string} words */
    render(words) {
      this.node = words === this.words ? this.node : document.createTextNode(words);
      this.words = words;
      return this.node;
    }
  },
);

/** @param {unknown} value @returns {unknown} */
const own = (value) => (Array.isArray(value) ? value.map(own) : typeof value === "number" || (typeof value === "string" && value) ? text(`${value}`) : value);

/** @typedef {{ strings: TemplateStringsArray, tags: boolean[] }} Template `tags`: which values stand within a tag */
/** @type {WeakMap<TemplateStringsArray, Template>} */
const templates = new WeakMap();

/** @param {TemplateStringsArray} strings @returns {Template} */
function template(strings) {
  /** @type {boolean[]} */
  const tags = [];
  const ended = strings.map((string, i) => {
    const at = Math.max(string.lastIndexOf("<"), string.lastIndexOf(">"));
    tags.push(at < 0 ? Boolean(tags[i - 1]) : string[at] === "<");
    return i && !tags[i - 1] ? `<!---->${string}` : string;
  });
  return { strings: Object.assign(ended, { raw: ended }), tags };
}

/** @param {TemplateStringsArray} strings @param {unknown[]} values */
export function html(strings, ...values) {
  const known = templates.get(strings) ?? template(strings);
  templates.set(strings, known);
  return lit.html(known.strings, ...values.map((value, i) => (known.tags[i] ? value : own(value))));
}

/** @param {unknown} value @param {HTMLElement} place */
export const render = (value, place) => lit.render(own(value), place);

// @ts-check
/** The wall: most recognised first, as large as fits; what does not fit is counted. */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { fit, fits } from "./fit.js";
import { moving } from "./turn.js";

/** @typedef {import("../state.js").Row} Row */

const MOST = 9; // in a column
const LARGEST = 1.7;
const SMALLEST = 0.8;

/** @param {HTMLElement} wall @param {import("../state.js").State} state */
export function drawWall(wall, { wall: { posts } }) {
  const columns = /** @type {HTMLElement[]} */ ([...wall.querySelectorAll("[data-column]")]);
  moving(wall, () => {
    for (const column of columns) {
      const here = posts.filter((post) => post.column === column.dataset.column);
      render(list(here.sort((one, other) => other.recognised - one.recognised)), column);
    }
    const all = columns.map((column) => keep(column, MOST));
    if (!fit(wall, { most: LARGEST, least: SMALLEST, boxes: columns })) columns.forEach((column, i) => cut(column, all[i]));
  });
}

/** @param {Row[]} posts */
const list = (posts) => html`
  ${posts.length ? nothing : html`<p class="soft">${t("quiet")}</p>`}
  <ol class="lines">
    ${posts.slice(0, MOST).map((post) => html`<li class="post" data-moves=${post.id}>${line(post)}</li>`)}
  </ol>
  <p class="more soft" data-all=${posts.length}></p>
`;

/** @param {Row} post */
const line = ({ text, name, recognised }) => html`
  <p><span dir="auto">${text}</span> ${name ? html`<span class="by" dir="auto">– ${name}</span>` : nothing}</p>
  ${recognised
    ? html`<p class="recognised"><span aria-hidden="true">+${recognised}</span><span class="visually-hidden">${t("recognised", { n: recognised })}</span></p>`
    : nothing}
`;

/**
 * Shows the first lines of a column, and how many there are besides.
 * @param {HTMLElement} column
 * @param {number} most
 * @returns {number} how many are shown
 */
function keep(column, most) {
  const lines = /** @type {HTMLElement[]} */ ([...column.querySelectorAll(".post")]);
  const more = /** @type {HTMLElement} */ (column.querySelector(".more"));
  lines.forEach((line, i) => (line.hidden = i >= most));
  const rest = Number(more.dataset.all) - Math.min(most, lines.length);
  more.textContent = rest > 0 ? t("more", { n: rest }) : "";
  return Math.min(most, lines.length);
}

/** Takes lines away from below until the column fits. @param {HTMLElement} column @param {number} all */
function cut(column, all) {
  for (let most = all - 1; most > 0 && !fits(column); most -= 1) keep(column, most);
}

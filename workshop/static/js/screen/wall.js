// @ts-check
/** The wall: most recognised first, as large as fits; what does not fit is counted. */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { fit, fits } from "./fit.js";
import { moving } from "./turn.js";

/** @typedef {import("../state.js").Row} Row */

const MOST = 9; // in a column
const LARGEST = 1.7;
const SMALLEST = 0.85;

/** @param {HTMLElement} wall @param {import("../state.js").State} state */
export function drawWall(wall, { wall: { posts } }) {
  const columns = /** @type {HTMLElement[]} */ ([...wall.querySelectorAll("[data-column]")]);
  moving(wall, () => {
    for (const column of columns) {
      const here = posts.filter((post) => post.column === column.dataset.column);
      render(list(here.sort((one, other) => other.recognised - one.recognised)), column);
    }
    fit(wall, { most: LARGEST, least: SMALLEST });
    for (const column of columns) countTheRest(column);
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
  <p dir="auto">${text}</p>
  ${name || recognised
    ? html`<footer>
        ${name ? html`<span dir="auto">${name}</span>` : nothing}
        ${recognised ? html`<span class="recognised" role="img" aria-label=${t("recognised", { n: recognised })}>${recognised}</span>` : nothing}
      </footer>`
    : nothing}
`;

/** Hides what sticks out below, and tells how much that is. @param {HTMLElement} column */
function countTheRest(column) {
  const lines = /** @type {HTMLElement[]} */ ([...column.querySelectorAll(".post")]);
  const more = /** @type {HTMLElement} */ (column.querySelector(".more"));
  const all = Number(more.dataset.all);
  let kept = lines.length;
  const say = () => {
    lines.forEach((line, i) => (line.hidden = i >= kept));
    more.textContent = all > kept ? t("more", { n: all - kept }) : "";
  };
  for (say(); kept > 1 && !fits(column); kept -= 1) say();
  say();
}

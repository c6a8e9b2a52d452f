// @ts-check
/** *Wall*: the lines by column with how many recognise them; one that should not be there is hidden, and can come back. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { press } from "./press.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {Record<string, any>} Post */

/** @param {Desk} desk */
export function wall(desk) {
  const { wall, hidden } = desk.state;
  if (!wall.posts.length && !hidden.length) return html`<p class="soft">${t("wall_empty")}</p>`;
  return html`<div class="wall">${facts.columns.map((column) => part(desk, column, wall.posts, hidden))}</div>`;
}

/** @param {Desk} desk @param {{ key: string, title: string }} column @param {Post[]} posts @param {Post[]} hidden */
function part(desk, column, posts, hidden) {
  const here = posts.filter((post) => post.column === column.key);
  const off = hidden.filter((post) => post.column === column.key);
  return html`
    <section class="column" aria-labelledby="column-${column.key}">
      <h3 id="column-${column.key}">${column.title} <span class="soft">${here.length}</span></h3>
      ${[...here].reverse().map((post) => one(desk, post, false))} ${off.map((post) => one(desk, post, true))}
    </section>
  `;
}

/** @param {Desk} desk @param {Post} post @param {boolean} hidden */
const one = (desk, post, hidden) => html`
  <article class="post" ?data-hidden=${hidden}>
    <p dir="auto">${post.text}</p>
    <footer>
      <span>
        ${hidden ? t("hidden") : nothing}
        ${post.name ? html`<span dir="auto">${post.name}</span>` : nothing} ${post.recognised ? t("recognised", { n: post.recognised }) : nothing}
      </span>
      ${press(desk, t(hidden ? "show" : "hide"), hidden ? "show" : "hide", {
        more: { post: post.id },
        key: post.id,
        looks: "quiet",
        label: t(hidden ? "show_label" : "hide_label", { text: post.text.slice(0, 60) }),
      })}
    </footer>
  </article>
`;

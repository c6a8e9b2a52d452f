// @ts-check
/** The wall: my short answers, and recognising those of others. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { gentle, status } from "./fields.js";
import { fill } from "./stage.js";

/** @typedef {import("../../phone.js").Page} Page @typedef {import("./writing.js").OwnPost} OwnPost */

const MOST = 280;

/** @param {Page} page */
export function drawWall(page) {
  const { pack, line } = page;
  const { posts } = line.state.wall;
  fill("columns", pack.columns.map((column) => answer(page, column)));
  fill("wall", posts.length ? pack.columns.map((column) => wallColumn(page, column)) : html`<p class="soft">${t("wall_empty")}</p>`);
}

/** @param {Page} page @param {{ key: string, title: string, question: string }} column */
function answer(page, { key, title, question }) {
  const { writing, writable, pack } = page;
  const { text = "", signed = false } = writing.postDraft(key);
  const put = (/** @type {Event} */ event) => {
    event.preventDefault();
    writing.post(key);
  };
  return html`
    <form class="field" @submit=${put}>
      <label for="post-${key}"><span class="above">${title}</span> ${question}</label>
      <textarea id="post-${key}" maxlength=${MOST} rows="2" dir="auto" aria-describedby="post-${key}-foot" ?readonly=${!writable} .value=${text}
        @input=${(/** @type {any} */ event) => writing.draftPost(key, { text: event.target.value })}></textarea>
      <div class="foot" id="post-${key}-foot"><span>${pack.reminder}</span><span>${text.length > MOST - 80 ? MOST - text.length : nothing}</span></div>
      ${gentle(text, page.view.members)}
      <div class="row spread">
        <label class="row tight plain"><input type="checkbox" .checked=${signed} ?disabled=${!writable} @change=${(/** @type {any} */ event) => writing.draftPost(key, { signed: event.target.checked })}>${t("sign")}</label>
        <button class="button primary" ?disabled=${!writable || !text.trim()}>${t("put")}</button>
      </div>
      ${writing.posts.filter((post) => post.column === key).map((post) => ownPost(page, post))}
    </form>
  `;
}

/** @param {Page} page @param {OwnPost} post */
const ownPost = ({ writing, writable }, post) => html`
  <article class="post" ?data-hidden=${post.hidden}>
    <p dir="auto">${post.text}</p>
    ${post.hidden ? html`<p class="small">${t("hidden")}</p>` : nothing}
    <footer>${status(post.status)}<button class="button quiet" type="button" ?disabled=${!writable} @click=${() => writing.takeOff(post)}>${t("take_off")}</button></footer>
  </article>
`;

/** @param {Page} page @param {{ key: string, title: string }} column */
function wallColumn(page, { key, title }) {
  const posts = page.line.state.wall.posts.filter((post) => post.column === key);
  return posts.length ? html`<h4>${title}</h4><div class="stack tight">${posts.map((post) => wallPost(page, post))}</div>` : nothing;
}

/** @param {Page} page @param {any} post */
function wallPost({ line, writing, writable }, post) {
  const mine = line.state.my_posts.some((own) => own.id === post.id);
  const on = writing.recognises(post.id);
  return html`
    <article class="post">
      <p dir="auto">${post.text}</p>
      <footer>
        <span>${post.name ? html`<bdi>${post.name}</bdi> ` : nothing}${mine ? html`<span class="chip">${t("mine")}</span>` : nothing} ${post.recognised ? t("recognised", { n: post.recognised }) : nothing}</span>
        ${mine ? nothing : html`<button class="button" type="button" aria-pressed=${String(on)} ?disabled=${!writable} @click=${() => writing.recognise(post.id)}>${t("recognise")}</button>`}
      </footer>
    </article>
  `;
}

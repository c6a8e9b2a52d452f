// @ts-check
/** What is to be read of others: the wall, and what my group opened to me or agreed on. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { fill } from "./stage.js";

/** @typedef {import("../../phone.js").Page} Page */

/** @param {Page} page */
export function drawWall(page) {
  const { pack, writing, line, view } = page;
  const { posts } = line.state.wall;
  const columns = pack.columns.map(({ key, title }) => ({ title, posts: posts.filter((post) => post.column === key) }));
  fill("wall", columns.map((column) => (column.posts.length ? html`<h4>${column.title}</h4>${column.posts.map((post) => wallPost(page, post))}` : nothing)));
  fill("wall_empty", posts.length ? nothing : t("wall_empty"));
  fill("opened", others(page, (note) => note.round === view.round));
  fill("agreed", agreed(page, (one) => one.round === view.round));
  const own = writing.posts.filter((post) => !post.hidden).map((post) => line_(t("on_the_wall"), post.text));
  fill("kept", [own, agreed(page, () => true), others(page, () => true)]);
}

/** @param {string} above @param {string} text */
const line_ = (above, text) => html`<article class="post"><p class="soft">${above}</p><p dir="auto">${text}</p></article>`;

/** @param {Page} page @param {any} post */
function wallPost({ line, writing, writable }, post) {
  const mine = line.state.my_posts.some((own) => own.id === post.id);
  return html`
    <article class="post">
      <p dir="auto">${post.text}</p>
      <footer>
        <span><bdi>${post.name}</bdi> ${mine ? html`<span class="chip">${t("mine")}</span>` : nothing} ${post.recognised ? t("recognised", { n: post.recognised }) : nothing}</span>
        ${mine ? nothing : html`<button class="button" type="button" aria-pressed=${String(writing.recognises(post.id))} ?disabled=${!writable} @click=${() => writing.recognise(post.id)}>${t("recognise")}</button>`}
      </footer>
    </article>
  `;
}

/** @param {Page} page @param {number} id */
const nameOf = ({ view }, id) => view.members.find((member) => member.id === id)?.name ?? "";

/** What the others of my group opened to me; of the round that runs only once the feedback has begun. @param {Page} page @param {(note: any) => boolean} which */
function others(page, which) {
  const { notes, me } = page.line.state;
  const { kind, round } = page.view;
  const early = kind === "brief" || kind === "conversation" ? round : null;
  const labels = Object.fromEntries(page.pack.prompts.map(({ key, label }) => [key, label]));
  return notes
    .filter((note) => note.by !== me?.id && note.prompt !== "agreed" && (!early || note.round !== early) && which(note))
    .map((note) => line_(`${t("wrote", { name: nameOf(page, note.by) })} · ${labels[note.prompt] ?? ""}`, note.text));
}

/** What others wrote down as agreed. @param {Page} page @param {(one: any) => boolean} which */
function agreed(page, which) {
  const found = (page.line.state.group?.agreed ?? []).filter((/** @type {any} */ one) => one.by !== page.line.state.me?.id && which(one));
  return found.map((/** @type {any} */ one) => line_(`${t("agreed")} · ${t("wrote", { name: nameOf(page, one.by) })}`, one.text));
}

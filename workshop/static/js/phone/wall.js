// @ts-check
/** What there is to read from others: the wall, and what my group opened to me or agreed on. */
import { html, nothing } from "../draw.js";
import { ranked, seen, TURN } from "../shown.js";
import { t } from "../words.js";
import { byId, fill } from "./stage.js";

/** @typedef {import("../phone.js").Page} Page */

let small = true;
/** @type {string | null} the question that stands first; null: all of them, as the screen shows them all */
let first = null;
/** @type {any[]} lines in the order in which they were last ranked */
let order = [];
let later = 0;

/** @param {Page} page */
export function drawWall(page) {
  const { pack, writing, line, view } = page;
  const concealed = line.state.step?.wall?.concealed;
  const posts = concealed ? [] : line.state.wall.posts;
  const shown = seen(
    line.state,
    pack.columns.map(({ key }) => key),
    small,
    line.now(),
  );
  small = shown.small;
  clearTimeout(later);
  if (view.kind === "plenary") later = window.setTimeout(() => drawWall(page), TURN - (line.now() % TURN));
  // Under whoever reads nothing moves: neither another question nor a line that rises.
  if (byId("wall").getBoundingClientRect().top >= 0) {
    first = shown.view.column;
    order = Object.values(shown.columns).flatMap((lines) => ranked(lines).map(({ id }) => id));
  }
  const place = (/** @type {any} */ { id }) => order.indexOf(id) + 1 || Number.MAX_VALUE;
  const column = (/** @type {{ key: string, title: string }} */ { key, title }) => {
    const own = posts.filter((post) => post.column === key && !post.bundle).sort((one, other) => place(one) - place(other));
    const lines = own.map((post) => wallPost(page, post, posts));
    if (!lines.length) return nothing;
    return (first ?? key) === key
      ? html`<h4>${title}</h4>${lines}`
      : html`<details><summary>${title} · ${lines.length}</summary><div class="stack tight">${lines}</div></details>`;
  };
  fill("wall", [...pack.columns].sort((one, other) => Number(other.key === first) - Number(one.key === first)).map(column));
  fill("wall_empty", posts.length ? nothing : t(concealed ? "wall_concealed" : "wall_empty"));
  fill(
    "opened",
    others(page, (note) => note.round === view.round),
  );
  fill(
    "agreed",
    agreed(page, (one) => one.round === view.round),
  );
  const put = writing.posts.map((post) => quote(t(post.status === "saved" ? "on_the_wall" : "waiting"), post.text));
  fill("kept", [put, agreed(page, () => true), others(page, () => true)]);
}

/** @param {string} above @param {string} text */
export const quote = (above, text) => html`<article class="post"><p class="soft">${above}</p><p dir="auto">${text}</p></article>`;

/** @param {Page} page @param {any} post @param {any[]} posts */
function wallPost({ line, writing, writable }, { id, text, name, recognised, simulated }, posts) {
  const isMine = (/** @type {any} */ post) => line.state.my_posts.some((own) => own.id === post.id);
  const under = posts.filter((post) => post.bundle === id);
  const mine = under.length ? under.every(isMine) : isMine({ id }); // a title over nothing but my lines says what I said
  const on = String(writing.recognises(id));
  const recognise = () => writing.recognise(id);
  return html`
    <article class="post">
      <p dir="auto">${text}</p>
      ${
        under.length
          ? html`<details><summary>${t("together", { n: under.length })}</summary>
            <ul class="lines">${under.map((post) => html`<li><span dir="auto">${post.text}</span> ${isMine(post) ? html`<span class="chip">${t("mine")}</span>` : nothing}</li>`)}</ul></details>`
          : nothing
      }
      <footer>
        <span><bdi translate="no">${name}</bdi> ${simulated ? `(${t("simulated")})` : nothing} ${recognised ? t("recognised", { n: recognised }) : nothing}</span>
        ${
          mine
            ? html`<span class="chip">${t("mine")}</span>`
            : html`<button class="button" type="button" aria-pressed=${on} ?disabled=${!writable} @click=${recognise}>${t("recognise")}</button>`
        }
      </footer>
    </article>
  `;
}

/** @param {Page} page @param {any} by */
const wrote = ({ view }, by) => t("wrote", { name: view.members.find((member) => member.id === by)?.name ?? "" });

/**
 * What the others of my group opened to me; of the round that runs only once the feedback has begun.
 * @param {Page} page
 * @param {(note: any) => boolean} which
 */
function others(page, which) {
  const { notes, me } = page.line.state;
  const { kind, round } = page.view;
  const early = kind === "brief" || kind === "conversation" ? round : null;
  const labels = Object.fromEntries(page.pack.prompts.map(({ key, label }) => [key, label]));
  return notes
    .filter((note) => (note.elsewhere || (note.by !== me?.id && note.prompt !== "agreed")) && (!early || note.round !== early) && which(note))
    .map((note) => quote(`${note.elsewhere ? t("elsewhere") : wrote(page, note.by)} · ${labels[note.prompt] ?? ""}`, note.text));
}

/** What others wrote down as agreed. @param {Page} page @param {(one: any) => boolean} which */
function agreed(page, which) {
  const { group, me } = page.line.state;
  const found = (group?.agreed ?? []).filter((/** @type {any} */ one) => one.by !== me?.id && which(one));
  return found.map((/** @type {any} */ one) => quote(`${t("agreed")} · ${wrote(page, one.by)}`, one.text));
}

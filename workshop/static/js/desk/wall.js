// @ts-check
/**
 * *Wall*: the posts by column, with how many people recognise them. A leader hides one that should not be there, puts one that
 * matters in the spotlight, puts together those that say the same, and turns the pages that the screen shows.
 */
import { html, nothing } from "../draw.js";
import { pointing, quoted } from "../pointing.js";
import { seen, TURN } from "../shown.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { all, column, isSingle, pages, under } from "./lines.js";
import { acting, press, thrown } from "./press.js";
import { rows } from "./rows.js";
import { current, isOpen } from "./steps.js";
import { emptied, keep, typedIn, unsent } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {Record<string, any>} Post */

const LONGEST = 280;
/** @type {import("./lines.js").Order} */
let order = "newest";
/** @type {Set<any> | null} lines that are being put together; null: nobody is doing that */
let picked = null;

let small = true; // as on the screen: a wall that was large is not small again at once
let later = 0;

/** @param {Desk} desk */
export function wall(desk) {
  const posts = all(desk.state);
  const wait = new Set(held(desk.state).map(({ id }) => id)); // they stand above
  const asked = current(desk.state)?.kind === "plenary"; // one question at a time also before anyone has answered
  const columns = facts.columns.filter(({ key }) => posts.some((post) => post.column === key) || (asked && key !== "example"));
  return html`
    ${waiting(desk)} ${posts.length || asked ? onScreen(desk, posts, columns) : nothing}
    ${
      posts.length
        ? html`${isOpen(desk.state) ? tools(desk, posts) : nothing}
            <div class="wall">${columns.map((one) =>
              part(
                desk,
                one,
                posts.filter(({ id }) => !wait.has(id)),
              ),
            )}</div>`
        : html`<p class="soft">${t("wall_empty")}</p>${isOpen(desk.state) && !asked ? html`<div class="row">${concealing(desk)}</div>` : nothing}`
    }
    ${isOpen(desk.state) ? writing(desk) : ["bundle_title", "post_for"].map((field) => unsent(desk, field))}
  `;
}

/** @type {Set<any>} held lines that this leader looked at, and leaves where they are */
const left = new Set();

/** Lines that the room sees only once they are shown. @param {Desk["state"]} state */
export function held(state) {
  if (!state.step?.extras?.includes("look_first")) return [];
  const known = state.people.map(({ name }) => name);
  return all(state)
    .filter((post) => post.off && !left.has(post.id))
    .map((post) => /** @type {Post & { what: string[] }} */ ({ ...post, what: pointing(post.text, known) }))
    .filter(({ what }) => what.length);
}

/** @param {Desk} desk */
function waiting(desk) {
  const lines = held(desk.state);
  if (!lines.length) return nothing;
  /** @param {any} post */
  const leave = (post) => () => {
    left.add(post.id);
    desk.draw();
  };
  return html`
    <section class="stack tight" aria-labelledby="waits-title" data-rows>
      <h3 id="waits-title">${t("waits_for_you", { n: lines.length })}</h3>
      ${rows(lines, (post) => {
        const text = post.text.slice(0, 60);
        return html`
          <article class="post" data-held=${post.id}>
            <p dir="auto">${post.text}</p>
            <footer>
              <span class="chip" data-tone="warning" dir="auto">${quoted(post.what)}</span>
              <span class="does">
                ${press(desk, t("show_it"), "show", { more: { post: post.id }, key: `show ${post.id}`, looks: "quiet", label: t("show_it_label", { text }) })}
                <button class="button quiet" type="button" aria-label=${t("leave_hidden_label", { text })} @click=${leave(post)}>${t("leave_hidden")}</button>
              </span>
            </footer>
          </article>
        `;
      })}
    </section>
  `;
}

/** The question that the screen shows, of several; null where it shows all of them, or no wall. @param {Desk} desk @returns {string | null} */
function onShow(desk) {
  const { state } = desk;
  clearTimeout(later);
  if (current(state)?.kind !== "plenary" || state.step?.wall?.concealed) return null;
  later = window.setTimeout(desk.draw, TURN - (desk.now() % TURN)); // nobody pages: the questions take turns
  const keys = facts.columns.map(({ key }) => key).filter((key) => key !== "example");
  const shown = seen(state, keys, small, desk.now());
  small = shown.small;
  return shown.view.column;
}

/** What the room sees of it. @param {Desk} desk @param {any[]} posts @param {typeof facts.columns} columns */
function onScreen(desk, posts, columns) {
  /** @type {Partial<import("../wire.js").WallView>} */
  const shown = desk.state.step?.wall ?? {};
  const light = posts.find(({ id }) => id === shown.spotlight);
  const { key } = facts.columns.find((one) => one.key === shown.column) ?? {};
  const of = key ? pages(column(posts, key, "newest")) : 1;
  const page = Math.min(shown.page ?? 0, of - 1);
  const now = onShow(desk);
  /** @param {number} to */
  const turn = (to) => desk.orders.give("wall_page", { column: key, page: to }, "wall_page");
  return html`
    <section class="on-screen stack tight" aria-labelledby="on-screen-title">
      <div class="row spread">
        <h3 id="on-screen-title">${t(shown.concealed ? "wall_concealed" : current(desk.state)?.kind === "plenary" ? "on_the_screen" : "on_the_screen_later")}</h3>
        ${concealing(desk)}
      </div>
      ${shown.concealed ? html`<p class="soft small">${t("concealed_hint")}</p>` : nothing}
      ${
        light
          ? html`<div class="notice"><p dir="auto"><strong>${t("in_the_light")}</strong> “${light.text}”</p>
              ${press(desk, t("light_off"), "spotlight", { more: { post: null }, looks: "quiet" })}</div>`
          : nothing
      }
      <div class="row tight segments" role="group" aria-label=${t("which_question")}>
        ${[{ key: null, title: t("all_questions") }, ...columns].map(
          (one) => html`
            <button class="button small" type="button" aria-pressed=${String((key ?? null) === one.key)} ?data-now=${now !== null && one.key === now} aria-disabled=${desk.orders.ready("wall_page") ? nothing : "true"}
              @click=${() => desk.orders.ready("wall_page") && desk.orders.give("wall_page", { column: one.key, page: 0 }, "wall_page")}>${one.title}</button>
          `,
        )}
      </div>
      ${now && !key && !light ? html`<p class="soft small">${t("takes_turns", { title: columns.find((one) => one.key === now)?.title ?? "" })}</p>` : nothing}
      ${
        of > 1
          ? html`<div class="row tight">
              ${page > 0 ? acting(desk, t("page_back"), () => turn(page - 1), { key: "wall_page" }) : nothing}
              <span class="soft">${t("page_of", { n: page + 1, of })}</span>
              ${page < of - 1 ? acting(desk, t("page_on"), () => turn(page + 1), { key: "wall_page" }) : nothing}
            </div>`
          : nothing
      }
    </section>
  `;
}

/** @param {Desk} desk */
function concealing(desk) {
  const concealed = desk.state.step?.wall?.concealed;
  return press(desk, t(concealed ? "reveal" : "conceal"), concealed ? "reveal" : "conceal", { key: "conceal", looks: concealed ? "primary" : "" });
}

/** Their order, and putting together. @param {Desk} desk @param {any[]} posts */
function tools(desk, posts) {
  if (picked) return bundling(desk, posts);
  const sort = (/** @type {any} */ event) => {
    order = event.target.value;
    desk.draw();
  };
  const begin = () => {
    picked = new Set();
    desk.draw();
  };
  return html`
    <div class="row spread">
      <label class="row tight sorting"><span class="visually-hidden">${t("sort")}</span>
        <select id="wall-sort" @change=${sort}>${["newest", "recognised"].map((one) => html`<option value=${one} ?selected=${one === order}>${t(`sort_${one}`)}</option>`)}</select>
      </label>
      ${posts.filter(({ off }) => !off).length > 1 ? html`<button class="button quiet small" type="button" @click=${begin}>${t("bundle_begin")}</button>` : nothing}
    </div>
  `;
}

/** Those that are being put together. A line that was ticked may have been taken off, hidden or put under another. @param {any[]} posts */
const ticked = (posts) => posts.filter((post) => picked?.has(post.id) && isSingle(posts, post));

/** @param {Desk} desk @param {any[]} posts */
function bundling(desk, posts) {
  const chosen = ticked(posts);
  const stop = () => {
    picked = null;
    keep("bundle_title", null);
    desk.draw();
  };
  return html`
    <form class="bundling stack tight" @submit=${(/** @type {SubmitEvent} */ event) => bundle(desk, event)}>
      <p>${chosen.length ? t("bundle_chosen", { n: chosen.length }) : t("bundle_hint")}</p>
      <label class="visually-hidden" for="bundle-title">${t("bundle_title")}</label>
      <input id="bundle-title" name="title" data-most=${LONGEST} placeholder=${t("bundle_title")} .value=${typedIn("bundle_title") ?? chosen[0]?.text ?? ""} required autocomplete="off" dir="auto"
        @input=${(/** @type {any} */ event) => keep("bundle_title", event.target.value)}>
      <div class="row tight">
        <button class="button primary" type="submit" aria-disabled=${chosen.length > 1 && desk.orders.ready("bundle") ? nothing : "true"}>${t("bundle")}</button>
        <button class="button quiet" type="button" @click=${stop}>${t("rather_not_bundle")}</button>
      </div>
    </form>
  `;
}

/** @param {Desk} desk @param {SubmitEvent} event */
async function bundle(desk, event) {
  event.preventDefault();
  const { title } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  const posts = ticked(all(desk.state)).map(({ id }) => id);
  if (posts.length < 2 || !String(title).trim() || !desk.orders.ready("bundle")) return;
  const ack = await desk.orders.give("bundle", { posts, title });
  if (!ack.ok) return;
  picked = null;
  keep("bundle_title", null);
  thrown(desk, t("bundled", { n: posts.length }));
  desk.draw();
}

/** @param {Desk} desk @param {{ key: string, title: string }} one @param {any[]} posts */
function part(desk, one, posts) {
  const here = column(posts, one.key, order);
  return html`
    <section class="column" data-rows data-column=${one.key} ?data-now=${onShow(desk) === one.key} aria-labelledby="column-${one.key}">
      <h3 id="column-${one.key}">${one.title} <span class="soft">${here.filter((post) => !post.off && !(desk.state.step?.real && post.simulated)).length}</span>
        ${onShow(desk) === one.key ? html`<span class="chip" data-tone="good">${t("is_on_show")}</span>` : nothing}</h3>
      ${rows(here, (post) => line(desk, post, posts))}
    </section>
  `;
}

/** @param {Desk} desk @param {any} post @param {any[]} posts */
function line(desk, post, posts) {
  const members = under(posts, post.id);
  const lit = desk.state.step?.wall?.spotlight === post.id;
  return html`
    <article class="post" data-post=${post.id} ?data-hidden=${post.off} ?data-lit=${lit}>
      ${picked && isSingle(posts, post) ? picking(desk, post, posts) : html`<p dir="auto">${post.text}</p>`}
      ${
        members.length
          ? html`<details><summary class="small">${t("stands_for", { n: members.length })}</summary>
              <ul>${members.map((member) => html`<li class="small" dir="auto">${member.text}</li>`)}</ul></details>`
          : nothing
      }
      <footer>
        <span>
          ${post.off ? t("hidden") : nothing}
          ${post.simulated ? html`<span class="chip" data-tone="warning">${t("simulated")}</span>` : nothing}
          ${post.name ? html`<span dir="auto">${post.name}</span>` : nothing} ${post.recognised ? t("recognised", { n: post.recognised }) : nothing}
        </span>
        ${picked ? nothing : html`<span class="does">${does(desk, post, members.length > 0, lit)}</span>`}
      </footer>
    </article>
  `;
}

/** What can be done with a line. @param {Desk} desk @param {any} post @param {boolean} isBundle @param {boolean} lit */
function does(desk, post, isBundle, lit) {
  const text = post.text.slice(0, 60);
  /** @param {string} words @param {string} what @param {string} label @param {Record<string, any>} [more] */
  const button = (words, what, label, more = {}) =>
    press(desk, words, what, { more: { post: post.id, ...more }, key: `${what} ${post.id}`, looks: "quiet", label: t(label, { text }) });
  if (post.off) return button(t("show"), "show", "show_label");
  return html`
    ${isBundle && isOpen(desk.state) ? button(t("unbundle"), "unbundle", "unbundle_label") : nothing}
    ${lit ? button(t("spotlight_off"), "spotlight", "spotlight_off_label", { post: null }) : button(t("spotlight"), "spotlight", "spotlight_label")}
    ${acting(desk, t("hide"), () => hide(desk, post), { key: `hide ${post.id}`, looks: "quiet", label: t("hide_label", { text }) })}
  `;
}

/** @param {Desk} desk @param {Post} post */
async function hide(desk, post) {
  const ack = await desk.orders.give("hide", { post: post.id }, `hide ${post.id}`);
  if (ack.ok) thrown(desk, t("hidden_now"));
}

/** Only lines of one question say the same. @param {Desk} desk @param {any} post @param {any[]} posts */
function picking(desk, post, posts) {
  const [first] = ticked(posts);
  const choose = (/** @type {any} */ event) => {
    if (event.target.checked) picked?.add(post.id);
    else picked?.delete(post.id);
    desk.draw();
  };
  return html`
    <label class="tick">
      <input type="checkbox" .checked=${picked?.has(post.id) ?? false} ?disabled=${first !== undefined && first.column !== post.column} @change=${choose}>
      <span dir="auto">${post.text}</span>
    </label>
  `;
}

/** For someone who has no phone. @param {Desk} desk */
const writing = (desk) => html`
  <details class="post-for">
    <summary>${t("post_for")}</summary>
    <form class="stack tight" @submit=${(/** @type {SubmitEvent} */ event) => post(desk, event)}>
      <p class="soft small">${t("post_for_hint")}</p>
      <select name="column" aria-label=${t("which_question")}>${facts.columns.map((one) => html`<option value=${one.key}>${one.title}</option>`)}</select>
      <textarea name="text" data-most=${LONGEST} required aria-label=${t("post_text")} placeholder=${t("post_text")} dir="auto"
        @input=${(/** @type {any} */ event) => keep("post_for", event.target.value)}></textarea>
      <button class="button start" type="submit" aria-disabled=${desk.orders.ready("post_for") ? nothing : "true"}>${t("post_it")}</button>
    </form>
  </details>
`;

/** @param {Desk} desk @param {SubmitEvent} event */
async function post(desk, event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { column, text } = Object.fromEntries(new FormData(form));
  if (!String(text).trim() || !desk.orders.ready("post_for")) return;
  const ack = await desk.orders.give("post_for", { column, text });
  if (!ack.ok) return;
  emptied(form, { text });
  desk.said.say(t("posted"), "good");
}

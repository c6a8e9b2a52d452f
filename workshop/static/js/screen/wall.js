// @ts-check
/** The wall: columns beside each other as long as it is small, otherwise one question, or one post, as large as fits. */
import { html, nothing, render } from "../draw.js";
import { t } from "../words.js";
import { fit, fits } from "./fit.js";
import { TURN as PART } from "./page.js";
import { MOST, Order, seen, TURN } from "./order.js";
import { moving } from "./turn.js";

/**
 * @typedef {import("../shown.js").Line} Row
 * @typedef {import("./order.js").View} View
 */

const LARGEST = 1.7;
const SMALLEST = 0.62;
const UPRIGHT = 1.2; // a wall that is less wide than this for its height, as in css/screen/upright.css
const LOOK_AGAIN = 4000; // ms: what rose meanwhile takes its place

export class Wall {
  /**
   * @param {HTMLElement} root holds what templates/screen/parts.html draws as `wall`
   * @param {() => number} now ms on the server's clock: two screens in one hall show the same question
   */
  constructor(root, now) {
    this.root = root;
    this.now = now;
    this.columns = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-column]")]);
    this.keys = this.columns.map((column) => column.dataset.column ?? "");
    this.stacks = Number(root.dataset.stacks); // beside each other when there is one question
    this.orders = new Map(this.keys.map((key) => [key, new Order()]));
    this.small = true;
    this.shown = "";
    this.size = LARGEST;
  }

  /** @param {import("../state.js").State} state @param {boolean} [anew] the window has another size */
  draw(state, anew = false) {
    clearTimeout(this.later);
    if (!this.root.offsetParent) return; // another scene came
    this.later = setTimeout(() => this.draw(state), Math.min(LOOK_AGAIN, TURN - (this.now() % TURN)));
    const { columns, small, view } = seen(state, this.keys, this.small, this.now());
    this.small = small;
    this.turnTo(view, anew);
    moving(this.root, () => {
      for (const column of this.columns) this.fill(column, columns[column.dataset.column ?? ""], view);
      this.light(view);
      this.enlarge(view);
    });
  }

  /** Within one view lines only ever become smaller: a wall that grows does not jump. @param {View} view @param {boolean} anew */
  turnTo({ mode, column, page, post }, anew) {
    const shown = [mode, column, page, post?.id].join();
    if (anew || shown !== this.shown) this.size = LARGEST;
    if (shown !== this.shown) for (const order of this.orders.values()) order.since = -Infinity;
    this.shown = shown;
    this.root.dataset.view = mode;
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (this.root.querySelectorAll("[data-question]")))
      part.toggleAttribute("data-now", part.dataset.question === column);
  }

  /** @param {HTMLElement} column @param {Row[]} lines @param {View} view */
  fill(column, lines, view) {
    const here = view.mode === "columns" || (view.mode === "one" && column.dataset.column === view.column);
    column.hidden = !here;
    const slot = /** @type {HTMLElement} */ (column.querySelector(".posts"));
    const ordered = this.orders.get(column.dataset.column ?? "")?.settle(lines, this.now()) ?? [];
    const from = view.page * MOST;
    const shown = ordered.slice(from, from + MOST);
    const upright = innerWidth < innerHeight * UPRIGHT;
    render(here ? list(shown, lines.length, view.mode === "one" && !upright ? this.stacks : 1) : nothing, slot);
    if (here) count(slot, from, shown.length, lines.length);
    for (const post of /** @type {NodeListOf<HTMLElement>} */ (slot.querySelectorAll(".post"))) post.hidden = false;
  }

  /** One line for the whole room to look at. @param {View} view */
  light({ mode, post }) {
    const slot = /** @type {HTMLElement} */ (this.root.querySelector(".spotlight"));
    slot.hidden = mode !== "spotlight";
    render(post ? html`<article class="post" data-moves=${post.id}>${line(post)}</article>` : nothing, slot);
  }

  /** @param {View} view */
  enlarge({ mode }) {
    const boxes = /** @type {HTMLElement[]} */ ([...this.root.querySelectorAll(".posts, .spotlight")]).filter((box) => box.offsetParent);
    const least = mode === "columns" ? 0.8 : SMALLEST;
    const most = mode === "spotlight" ? LARGEST * 1.5 : this.size;
    const whole = fit(this.root, { most, least, boxes });
    this.size = Number(this.root.style.getPropertyValue("--fit"));
    if (!whole) for (const box of boxes) if (!fits(box)) inTurns(box, this.now());
  }
}

/**
 * @param {Row[]} lines those of this page
 * @param {number} all
 * @param {number} stacks dealt out one by one, so that a new line moves no other
 */
const list = (lines, all, stacks) => html`
  ${all ? nothing : html`<p class="soft">${t("quiet")}</p>`}
  <div class="stacks">
    ${Array.from({ length: stacks }, (_, stack) => {
      const own = lines.filter((_line, i) => i % stacks === stack);
      return html`<ul class="lines">${own.map((post) => html`<li class="post" data-moves=${post.id}>${line(post)}</li>`)}</ul>`;
    })}
  </div>
  <p class="more soft"></p>
`;

/** Tells of what is not on this page. @param {HTMLElement} box @param {number} from @param {number} shown @param {number} all */
function count(box, from, shown, all) {
  const more = /** @type {HTMLElement} */ (box.querySelector(".more"));
  Object.assign(more.dataset, { from, all });
  if (from) more.textContent = t("lines_of", { from: from + 1, to: from + shown, n: all });
  else more.textContent = all > shown ? t("more", { n: all - shown }) : "";
}

/** @param {Row} post */
const line = ({ text, name, recognised, under, simulated }) => html`
  <p><span dir="auto">${text}</span> ${name ? html`<span class="by" dir="auto">– ${name}</span>` : nothing}
    ${simulated ? html`<span class="by">(${t("simulated")})</span>` : nothing}
    ${under ? html`<span class="by">${t("together", { n: under })}</span>` : nothing}</p>
  ${
    recognised
      ? html`<p class="recognised"><span aria-hidden="true">+${recognised}</span><span class="visually-hidden">${t("recognised", { n: recognised })}</span></p>`
      : nothing
  }
`;

/** Last of all, in a window that is too small: some lines at a time, counted. @param {HTMLElement} box @param {number} now ms */
function inTurns(box, now) {
  const stacks = [...box.querySelectorAll(".lines")];
  const longest = Math.max(0, ...stacks.map((stack) => stack.children.length));
  const rows = Array.from({ length: longest }, (_, i) => stacks.map((stack) => stack.children[i]));
  const lines = /** @type {HTMLElement[]} */ (rows.flat().filter(Boolean));
  const { from, all } = /** @type {HTMLElement | null} */ (box.querySelector(".more"))?.dataset ?? {};
  const show = (/** @type {number} */ start, /** @type {number} */ end) => {
    for (const [i, one] of lines.entries()) one.hidden = i < start || i >= end;
    count(box, Number(from) + start, end - start, Number(all));
    return fits(box);
  };
  /** @type {[number, number][]} */
  const parts = [];
  for (let start = 0, end = 0; start < lines.length; start = end) {
    for (end = lines.length; !show(start, end) && end > start + 1; ) end -= 1;
    parts.push([start, end]);
  }
  if (parts.length) show(...parts[nextOf(box, now) % parts.length]);
}

/** Counted while it is shown, for the questions take turns as well: none of its lines is skipped. @param {HTMLElement} box @param {number} now ms */
function nextOf({ dataset }, now) {
  const turn = String(Math.floor(now / PART));
  if (dataset.turn !== turn) dataset.part = String(Number(dataset.part ?? -1) + 1);
  dataset.turn = turn;
  return Number(dataset.part);
}

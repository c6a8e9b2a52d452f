// @ts-check
/** What there is to see: the clock, the sections for the step the room is in, their leaves and slides, and the sheets from below. */
import { render } from "../draw.js";
import { everySecond, paint, reading } from "../countdown.js";
import { within } from "../patience.js";
import { ours } from "../root.js";
import { knows, learn, t } from "../words.js";

/** @typedef {import("./table.js").View} View */

/** @param {string} id @returns {HTMLElement} */
export const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @template {Element} [T=HTMLElement] @param {string} selector @param {ParentNode} [within] @returns {T[]} */
export const all = (selector, within = document) => /** @type {T[]} */ ([...within.querySelectorAll(selector)]);

const sections = all("[data-kind]");

/** Puts what is only this person's into its place. @param {string} slot @param {unknown} content */
export function fill(slot, content) {
  for (const place of all(`[data-slot="${slot}"]`)) render(content, place);
}

/** Shows the sections for this moment; each says itself for which kind, role and round it is. @param {View} view */
export function show(view) {
  for (const section of sections) section.hidden = !fits(section.dataset, view);
}

/** @param {DOMStringMap} wanted @param {View} view */
function fits({ kind = "", role, round, next, seated }, view) {
  return (
    kind.split(" ").includes(view.kind) &&
    (role === undefined || role === view.role) &&
    (round === undefined || Number(round) === view.round) &&
    (next === undefined || next === view.next) &&
    (seated === undefined || view.seated)
  );
}

let stopClock = () => {};
let running = ""; // which clock that is

/**
 * Runs the clock in the strip; a new step, or another length of it, begins anew.
 * @param {ReturnType<typeof import("../line.js").connect>} line
 * @param {Record<string, any>} step
 * @param {() => void} onTick
 */
export function runClock(line, { index, clock }, onTick) {
  const which = `${index} ${JSON.stringify(clock)}`;
  if (running === which) return;
  running = which;
  stopClock();
  let before = NaN;
  stopClock = everySecond(() => {
    onTick();
    const seen = reading(clock, line.now());
    paint(byId("clock"), seen);
    byId("over").hidden = seen.level !== "over" || seen.state === "idle";
    byId("paused").hidden = seen.state !== "paused";
    milestone(before, seen.ms, clock.length * 1000);
    before = seen.ms;
    return seen.ms;
  });
}

/** A clock that speaks each second buries all else: half, a minute, the end. @param {number} before @param {number} now @param {number} whole ms */
function milestone(before, now, whole) {
  const passed = (/** @type {number} */ at) => before > at && now <= at;
  if (passed(0)) {
    shake();
    say(t("over"));
  } else if (passed(60_000)) say(t("minute"));
  else if (passed(whole / 2)) say(t("half"));
}

/** Where a phone can, and its holder has touched the page (browsers complain otherwise). */
export function shake() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
}

/** The cards with leaves: a swipe is the browser's own, a tap, a button or an arrow turns one on. */
export function startLeaves() {
  for (const leaves of all(".leaves")) {
    const card = /** @type {HTMLElement} */ (leaves.parentElement);
    leaves.addEventListener("scroll", () => mark(card, at(leaves)), { passive: true });
    leaves.addEventListener("click", () => turn(leaves, 1));
    leaves.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (by) event.preventDefault();
      if (by) turn(leaves, by);
    });
    for (const button of all("[data-turns]", card)) {
      button.addEventListener("click", () => turn(leaves, Number(button.dataset.turns)));
    }
  }
}

/** Every card lies with its first line up again, and what was unfolded is folded. */
export function firstLeaves() {
  for (const one of all("#stage details")) one.removeAttribute("open");
  for (const leaves of all(".leaves")) leaves.scrollLeft = 0;
}

/** @param {HTMLElement} leaves */
const at = (leaves) => Math.round(leaves.scrollLeft / Math.max(leaves.clientWidth, 1));

/** After the last leaf comes the first again. @param {HTMLElement} leaves @param {number} by */
function turn(leaves, by) {
  const to = (at(leaves) + by + leaves.childElementCount) % leaves.childElementCount;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  leaves.scrollTo({ left: to * leaves.clientWidth, behavior: still ? "instant" : "smooth" });
}

/** @param {HTMLElement} card @param {number} leaf */
function mark(card, leaf) {
  for (const [i, dot] of all(".layers > i", card).entries()) dot.toggleAttribute("aria-current", i === leaf);
}

/** @type {Promise<void> | undefined} */
let bringing;

/**
 * Puts in place what a phone need not have to come in: the slides, the guide. Coming in stays light for it (W1).
 * @param {string} code
 * @param {string} token whoever is in is let through, however narrow guessers made the door
 * @param {() => void} onThere
 */
export function bring(code, token, onThere) {
  if (bringing) return;
  bringing = fetchMore(code, token).then(onThere, () => {
    bringing = undefined; // the next snapshot tries again
  });
}

/** @param {string} code @param {string} token */
async function fetchMore(code, token) {
  const answer = await fetch(ours(`/r/${code}/more`), { headers: { Authorization: `Bearer ${token}` }, signal: within() });
  if (!answer.ok) throw new Error(answer.statusText);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  learn(JSON.parse(page.getElementById("words")?.textContent ?? "{}"));
  for (const place of all("[data-more]")) {
    place.replaceChildren(...(page.querySelector(`[data-more="${place.dataset.more}"]`)?.childNodes ?? []));
  }
  if (!knows("asked_hint")) throw new Error(code);
}

let shown = 0; // what the room's screen shows
let furthest = 0; // how far one may page on
/** @type {number | null} */
let own = null; // where someone paged back to

/** Follows the room's slide, as long as nobody pages back here. @param {number | null | undefined} slide @param {boolean} alone where the room is, nobody knows */
export function showSlide(slide, alone) {
  shown = slide ?? 0;
  const slides = all(".slide");
  furthest = alone ? slides.length - 1 : shown;
  if (own !== null && (alone ? own === shown : own >= shown)) own = null;
  const here = own ?? shown;
  for (const [i, one] of slides.entries()) one.hidden = i !== here;
  for (const button of all("[data-slides]")) {
    const to = here + Number(button.dataset.slides);
    button.hidden = button.dataset.slides === "0" ? own === null : to < 0 || to > furthest;
  }
}

/** Paging back does not move the room, nor forward further than the room is. */
export function startSlides() {
  for (const button of all("[data-slides]")) {
    button.addEventListener("click", () => {
      const by = Number(button.dataset.slides);
      own = by === 0 ? null : (own ?? shown) + by;
      showSlide(shown, furthest > shown);
    });
  }
}

/** What is told stands in the sheet that is open: whatever lies behind it is silent and cannot be touched. @param {HTMLElement} place */
const tellIn = (place) => place.append(byId("toasts"), byId("say"));

/** Opens a sheet. @param {string} id */
export function open(id) {
  const sheet = /** @type {HTMLDialogElement} */ (byId(id));
  sheet.showModal();
  tellIn(sheet);
}

/** Closes whatever sheet is open. */
export const closeSheets = () => {
  for (const sheet of all("dialog[open]")) /** @type {any} */ (sheet).close();
};

/** Buttons that open a sheet; a tap beside it closes it again. */
export function startSheets() {
  for (const button of all("[data-opens]")) button.addEventListener("click", () => open(button.dataset.opens ?? ""));
  for (const sheet of all("dialog")) {
    sheet.addEventListener("click", (event) => event.target === sheet && closeSheets());
    sheet.addEventListener("close", () => tellIn(document.body));
  }
}

/** From what goes away to the page; but an iPhone leaves whoever writes in their field. */
export const leave = () => document.activeElement?.matches(":read-write") || byId("main").focus();

/** Said to who cannot see it. @param {string} text */
export const say = (text) => {
  byId("say").textContent = text;
};

/** Shown for a moment, and said. @param {string} text */
export function tell(text) {
  const toast = document.createElement("p");
  toast.className = "notice";
  toast.textContent = text;
  toast.addEventListener("click", () => toast.remove()); // it lies over the page
  byId("toasts").replaceChildren(toast);
  say(text);
  setTimeout(() => toast.remove(), 6000);
}

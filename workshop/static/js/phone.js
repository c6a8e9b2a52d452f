// @ts-check
/**
 * The phone in the room. The page holds every card; this shows the one that fits where the room is and who one is this
 * round, and fills in what is only this person's. What is written goes through phone/writing.js.
 */
import { html, nothing, render } from "../vendor/lit-html.js";
import { everySecond, paint, reading } from "./countdown.js";
import { connect } from "./line.js";
import { roleOf } from "./parts.js";
import { ended, face, openDoor, startLeaving, takeSecret } from "./phone/door.js";
import { drawFields } from "./phone/fields.js";
import { all, byId, closeSheets, fill, firstLeaves, say, show, showSlide, startLeaves, startSheets, startSlides, tell } from "./phone/stage.js";
import { drawTable, look, startTable, turnRound } from "./phone/table.js";
import { drawWall } from "./phone/wall.js";
import { Writing } from "./phone/writing.js";
import { storage } from "./shelf.js";
import { Wake } from "./wake.js";
import { t } from "./words.js";

/**
 * @typedef {{ key: string, label: string, hint: string, visibility: string, asked: { step: string, role?: string | null }[] }} Prompt
 * @typedef {object} Pack the words of the content pack that scripts put together themselves
 * @property {Prompt[]} prompts
 * @property {Record<string, { label: string, means: string }>} visibility
 * @property {string} reminder
 * @property {{ key: string, title: string, question: string }[]} columns
 * @property {Record<string, string>} roles
 *
 * @typedef {object} Page what the modules of this page share
 * @property {Pack} pack
 * @property {ReturnType<typeof connect>} line
 * @property {Writing} writing
 * @property {import("./phone/table.js").View} view
 * @property {import("./phone/table.js").View} hand as it was when the sheet to write in was opened
 * @property {boolean} writable
 * @property {(event: string, payload?: Record<string, any>) => Promise<boolean>} ask at once or not at all; a refusal is told
 */

const QUIET = 2000; // ms without a line before it is worth a word
const ROUND_KINDS = ["brief", "conversation", "feedback", "notes"];

const place = storage();
const code = byId("main").dataset.code ?? "";
const kept = `samen.${code}`; // the token, and beside it what belongs to it
const secret = takeSecret();
/** @type {Page} */
const page = /** @type {any} */ ({ pack: JSON.parse(byId("pack").textContent ?? ""), ask });
const wake = new Wake(() => fill("awake", t(wake.state === "awake" ? "awake" : "asleep")));
let token = place.getItem(kept);
let lookingBack = false; // someone who left looks at what they wrote
/** @type {string | undefined} */
let moment; // the step and role that were drawn last
let stopClock = () => {};

if (token) enter(token, true);
else openDoor(code, secret, (given) => enter(given, false));

/** @param {string} given @param {boolean} returning */
function enter(given, returning) {
  token = given;
  place.setItem(kept, given);
  if (returning) face("arriving");
  page.line = connect({ auth: { token }, onChange: (_, event) => changed(event, returning), onRefused: refused });
  page.writing = new Writing(code, place, page.line, drawSoon, (why) => tell(t(`error.${why}`)));
  startLeaves();
  startSlides();
  startSheets();
  startTable(page);
  for (const button of all("#hand > button")) button.addEventListener("click", () => ask("hand", { up: "down" in button.dataset }));
  byId("sit").addEventListener("click", () => (place.setItem(`${kept}.at`, String(page.line.state.group?.id)), draw()));
  byId("take-over").addEventListener("click", () => location.reload());
  startLeaving(page, { token: () => token ?? "", forget, erased: () => refused("erased"), sync: () => page.line.sync(), read });
  for (const sheet of all("dialog")) sheet.addEventListener("close", () => page.writing.flush());
  all("[data-opens=write]")[0].addEventListener("click", () => ((page.hand = page.view), draw()));
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && page.writing.flush());
  window.addEventListener("pagehide", () => page.writing.flush());
}

/** @param {string} event @param {boolean} returning */
function changed(event, returning) {
  if (event === "snapshot") arrived(returning);
  if (event === "connect") byId("line").hidden = true;
  if (event === "disconnect") setTimeout(() => (byId("line").hidden = page.line.connected || page.line.ended), QUIET);
  drawSoon();
}

/** @param {boolean} returning */
function arrived(returning) {
  const { state } = page.line;
  place.removeItem(`${kept}.out`);
  if (page.writing.outbox) return page.writing.outbox.flush();
  page.writing.open(state.me?.id);
  if (returning) tell(t("you_are", { name: state.me?.name }));
}

/** The line is closed for good. @param {string} why */
async function refused(why) {
  const reason = why === "removed" ? page.line.state.removed : why;
  page.line.close();
  closeSheets();
  stopClock();
  wake.release();
  if (reason === "leader") place.setItem(`${kept}.out`, "1");
  if (reason === "erased") await forget();
  if (reason === "unauthorized") return ended(place.getItem(`${kept}.out`) ? "leader" : "unknown");
  ended(/** @type {any} */ (reason));
}

/** Nothing stays behind on this phone. */
async function forget() {
  for (const key of [kept, `${kept}.out`, `${kept}.at`]) place.removeItem(key);
  await page.writing.forget();
}

function read() {
  lookingBack = true;
  draw();
}

/** @param {string} event @param {Record<string, any>} [payload] */
async function ask(event, payload = {}) {
  const answer = await page.line.send(event, payload);
  if (!answer.ok) tell(t(`error.${answer.code}`));
  return answer.ok;
}

let drawing = false;
/** Several changes at once are one drawing. */
function drawSoon() {
  if (drawing) return;
  drawing = true;
  queueMicrotask(() => {
    drawing = false;
    draw();
  });
}

function draw() {
  const { state } = page.line;
  if (!state.ready || page.line.ended) return;
  const gone = state.me?.left;
  if (!gone) lookingBack = false;
  if (gone && !lookingBack) return closeSheets(), ended("left");
  face("stage");
  const before = page.view;
  page.view = look(state, lookingBack ? "closing" : state.step?.kind);
  page.hand = byId("write").hasAttribute("open") ? page.hand : page.view;
  page.writable = Boolean(state.room?.open && state.pen && !gone);
  if (page.view.kind === "plenary" && !page.line.wantsWall) page.line.fetchWall();
  show(page.view);
  showSlide(state.step?.slide);
  drawStrip();
  drawTable(page);
  drawFields(page);
  drawWall(page);
  drawAround();
  moved(before);
}

/** Where the room is, who I am in it, and where I sit: at the top, always in the same place. */
function drawStrip() {
  const { view, line, pack } = page;
  const { room, step, programme, group } = line.state;
  const title = programme[step?.index]?.title ?? "";
  const table = view.seated && group ? html`<span class="table">${t("table", { n: group.number })}</span>` : nothing;
  const role = view.role && view.role !== "none" ? roleOf(view.role, pack.roles[view.role], "badge") : html`<strong>${room?.title}</strong>`;
  render(html`${role} ${table}`, byId("strip-where"));
  byId("where").textContent = view.round ? `${t("round", { n: view.round, of: view.rounds })} · ${title}` : title;
}

/** What stands beside the cards: who I am, the hand, what keeps me from writing. */
function drawAround() {
  const { line, view } = page;
  const { me, room, pen, group } = line.state;
  const up = Boolean(group?.hand_at);
  fill("hello", t("you_are", { name: me?.name }));
  for (const part of all("#hand > *")) part.hidden = !view.seated || up !== "up" in part.dataset;
  all("[data-opens=help]")[0].toggleAttribute("data-up", up);
  const sat = place.getItem(`${kept}.at`) === String(group?.id);
  byId("sit").hidden = sat || !view.seated;
  byId("sat").hidden = !sat;
  byId("gone").hidden = !me?.left;
  byId("elsewhere").hidden = pen;
  byId("shut").hidden = Boolean(room?.open);
}

/** Something else is on now: from the top again, with the first line up. @param {import("./phone/table.js").View | undefined} before */
function moved(before) {
  const { view, line } = page;
  const { step } = line.state;
  const clock = `${step?.version} ${step?.index}`;
  if (clock !== shownClock) startClock(clock);
  const now = `${step?.index} ${view.kind} ${view.role}`;
  if (now === moment) return;
  const first = moment === undefined;
  moment = now;
  page.writing.flush();
  firstLeaves();
  window.scrollTo(0, 0);
  if (ROUND_KINDS.includes(view.kind)) wake.keep();
  else wake.release();
  if (first) return;
  shake();
  say(`${byId("where").textContent}. ${view.role && view.role !== "none" ? page.pack.roles[view.role] : ""}`);
  if (view.kind === "brief" && before?.round && before.round !== view.round) turnRound(page, before.round);
}

/** @type {string | undefined} */
let shownClock;
/** @param {string} clock which one: its step and version */
function startClock(clock) {
  shownClock = clock;
  stopClock();
  /** @type {number | undefined} */
  let last;
  stopClock = everySecond(() => {
    const clock = page.line.state.step?.clock;
    const seen = reading(clock, page.line.now());
    paint(byId("clock"), seen);
    byId("over").hidden = seen.level !== "over" || seen.state === "idle";
    byId("paused").hidden = seen.state !== "paused";
    if (last !== undefined) milestone(last, seen.ms, clock.length * 1000);
    last = seen.ms;
    return seen.ms;
  });
}

/** A clock that speaks each second buries all else: half, a minute, the end. @param {number} before @param {number} now @param {number} whole ms */
function milestone(before, now, whole) {
  const passed = (/** @type {number} */ at) => before > at && now <= at;
  if (passed(0)) shake();
  if (passed(0)) say(t("over"));
  else if (passed(60_000)) say(t("minute"));
  else if (passed(whole / 2)) say(t("half"));
}

/** Where a phone can, and its holder has touched the page (browsers complain otherwise). */
function shake() {
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(200);
}

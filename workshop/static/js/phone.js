// @ts-check
/**
 * The phone in the room. The page holds every card; this shows the one that fits where the room is and who one is this
 * round, and fills in what is only this person's. What is written goes through phone/writing.js.
 */
import { html, nothing, render } from "../vendor/lit-html.js";
import { connect } from "./line.js";
import { roleOf } from "./parts.js";
import { ended, face, openDoor, startLeaving, takeSecret } from "./phone/door.js";
import { drawFields } from "./phone/fields.js";
import * as stage from "./phone/stage.js";
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
 * @property {{ key: string, title: string, question: string }[]} columns of the wall in the plenary
 * @property {{ key: string, title: string, question: string }} example where a table's example goes in the check-in
 * @property {Record<string, string>} roles
 *
 * @typedef {import("./phone/table.js").View} View
 * @typedef {object} Page what the modules of this page share
 * @property {Pack} pack
 * @property {ReturnType<typeof connect>} line
 * @property {Writing} writing
 * @property {View} view
 * @property {View} opened the view in which the sheet to write in was opened: under a pen that writes nothing changes
 * @property {boolean} writable
 * @property {(event: string, payload?: Record<string, any>) => Promise<boolean>} ask at once or not at all; a refusal is told
 */

const { all, byId } = stage;
const QUIET = 2000; // ms without a line before it is worth a word
const ROUND_KINDS = ["brief", "conversation", "feedback", "notes"];

const place = storage();
const code = byId("main").dataset.code ?? "";
const kept = `samen.${code}`; // the token; what belongs to it is kept beside it
const key = takeSecret();
/** @type {Page} */
const page = /** @type {any} */ ({ pack: JSON.parse(byId("pack").textContent ?? ""), ask });
const wake = new Wake(() => stage.fill("awake", t(wake.state === "awake" ? "awake" : "asleep")));
let token = place.getItem(kept);
let lookingBack = false; // someone who left reads what they wrote
let drawing = false;
/** @type {string | undefined} */
let moment; // the step and the role that were drawn last

if (token) enter(token, true);
else openDoor(code, key, (given) => enter(given, false));

/** @param {string} given @param {boolean} returning */
function enter(given, returning) {
  token = given;
  place.setItem(kept, given);
  if (returning) face("arriving");
  page.line = connect({ auth: { token }, onChange: (_, event) => changed(event, returning), onRefused: refused });
  page.writing = new Writing(code, place, page.line, drawSoon, (why) => stage.tell(t(`error.${why}`)));
  stage.startLeaves();
  stage.startSlides();
  stage.startSheets();
  startTable(page);
  startLeaving(page, { token: () => token ?? "", forget, erased: () => refused("erased"), read });
  startOwn();
}

/** The buttons and moments that are this page's own. */
function startOwn() {
  for (const button of all("#hand > button")) button.addEventListener("click", () => ask("hand", { up: "down" in button.dataset }));
  byId("sit").addEventListener("click", () => (place.setItem(`${kept}.at`, String(page.line.state.group?.id)), draw()));
  byId("take-over").addEventListener("click", () => location.reload());
  all("[data-opens=write]")[0].addEventListener("click", () => ((page.opened = page.view), draw()));
  for (const sheet of all("dialog")) sheet.addEventListener("close", () => page.writing.flush());
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
  const { me } = page.line.state;
  place.removeItem(`${kept}.out`);
  if (page.writing.outbox) return page.writing.outbox.flush();
  page.writing.open(me?.id);
  if (returning) stage.tell(t("you_are", { name: me?.name }));
}

/** The line is closed for good. @param {string} why */
async function refused(why) {
  const reason = why === "removed" ? page.line.state.removed : why;
  page.line.close();
  stage.closeSheets();
  wake.release();
  if (reason === "leader") place.setItem(`${kept}.out`, "1");
  if (reason === "erased") await forget();
  if (reason !== "unauthorized") return ended(String(reason));
  ended(place.getItem(`${kept}.out`) ? "leader" : "unknown");
}

/** Nothing stays behind on this phone. */
async function forget() {
  for (const name of [kept, `${kept}.out`, `${kept}.at`]) place.removeItem(name);
  await page.writing.forget();
}

function read() {
  lookingBack = true;
  draw();
}

/** @param {string} event @param {Record<string, any>} [payload] */
async function ask(event, payload = {}) {
  const answer = await page.line.send(event, payload);
  if (!answer.ok) stage.tell(t(`error.${answer.code}`));
  return answer.ok;
}

/** Several changes at once are one drawing. */
function drawSoon() {
  if (!drawing) queueMicrotask(draw);
  drawing = true;
}

function draw() {
  drawing = false;
  const { state } = page.line;
  if (!state.ready || page.line.ended) return;
  const left = state.me?.left;
  lookingBack &&= left;
  if (left && !lookingBack) return stage.closeSheets(), ended("left");
  face("stage");
  const before = page.view;
  page.view = look(state, lookingBack ? "closing" : state.step?.kind);
  if (!byId("write").hasAttribute("open")) page.opened = page.view;
  page.writable = Boolean(state.room?.open && state.pen && !left);
  if (page.view.kind === "plenary" && !page.line.wantsWall) page.line.fetchWall();
  stage.show(page.view);
  stage.showSlide(state.step?.slide);
  stage.runClock(page.line);
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
  const table = view.seated && group ? html`<span class="table soft">${t("table", { n: group.number })}</span>` : nothing;
  const who = view.role && view.role !== "none" ? roleOf(view.role, pack.roles[view.role], "badge") : html`<strong>${room?.title}</strong>`;
  render([who, table], byId("strip-where"));
  byId("where").textContent = view.round ? `${t("round", { n: view.round, of: view.rounds })} · ${title}` : title;
}

/** What stands beside the cards: who I am, the hand, what keeps me from writing. */
function drawAround() {
  const { line, view } = page;
  const { me, room, step, pen, group } = line.state;
  const up = Boolean(group?.hand_at);
  const sat = place.getItem(`${kept}.at`) === String(group?.id);
  stage.fill("hello", t("you_are", { name: me?.name }));
  for (const part of all("#hand > *")) part.hidden = !view.seated || up !== "up" in part.dataset;
  all("[data-opens=help]")[0].toggleAttribute("data-up", up);
  for (const part of all("[data-extra]")) part.hidden = !step?.extras.includes(part.dataset.extra);
  byId("sit").hidden = sat;
  byId("sat").hidden = !sat;
  byId("gone").hidden = !me?.left;
  byId("elsewhere").hidden = pen;
  byId("shut").hidden = Boolean(room?.open);
}

/** Something else is on now: from the top again, with the first line up. @param {View | undefined} before */
function moved(before) {
  const { view, line, pack } = page;
  const now = `${line.state.step?.index} ${view.kind} ${view.role}`;
  if (now === moment) return;
  const first = moment === undefined;
  moment = now;
  page.writing.flush();
  stage.firstLeaves();
  window.scrollTo(0, 0);
  if (ROUND_KINDS.includes(view.kind)) wake.keep();
  else wake.release();
  if (first) return;
  stage.shake();
  stage.say(`${byId("where").textContent}. ${pack.roles[view.role ?? ""] ?? ""}`);
  if (view.kind === "brief" && before?.round && before.round !== view.round) turnRound(page, before.round);
  else byId("turn").hidden = true; // the room is further already
}

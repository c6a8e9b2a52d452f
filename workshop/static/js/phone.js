// @ts-check
/**
 * The phone in the room. The page holds every card; this shows the one for the step the room is in and for one's role in
 * this round, and fills in what is only this person's. What is written goes through phone/writing.js.
 */
import { html, nothing, render } from "./draw.js";
import { isToldBack } from "./glance.js";
import { connect } from "./line.js";
import { roleOf } from "./parts.js";
import { plan } from "./plan.js";
import { ended, face, openDoor, startLeaving, takeSecrets, whyOut } from "./phone/door.js";
import { areExamples, drawFields } from "./phone/fields.js";
import { drawPhones, startPhones } from "./phone/phones.js";
import * as stage from "./phone/stage.js";
import { drawTable, drawTurn, look, startTable, turnRound } from "./phone/table.js";
import { drawWall } from "./phone/wall.js";
import { Writing } from "./phone/writing.js";
import { heed } from "./most.js";
import { keepPage, Pocket } from "./pocket.js";
import { samen } from "./root.js";
import { forgetRoom, storage } from "./shelf.js";
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
 * @property {Record<string, string>} titles of the room's steps, in the words of this page
 * @property {Record<string, string>} roles
 *
 * @typedef {import("./phone/table.js").View} View
 * @typedef {object} Page what the modules of this page share
 * @property {Pack} pack
 * @property {ReturnType<typeof connect>} line
 * @property {Writing} writing
 * @property {View} view
 * @property {import("./pocket.js").Step} step where the room is; on one's own: where it would be
 * @property {boolean} alone without a line, for so long that the phone goes on by itself
 * @property {View} opened the view in which the sheet to write in was opened: under a pen that writes nothing changes
 * @property {boolean} writable
 * @property {boolean} shut nobody writes here any more: the room is closed, or one has left
 * @property {(event: string, payload?: Record<string, any>) => Promise<boolean>} ask at once or not at all; a refusal is told
 * @property {() => void} bring what need not be there to come in
 */

const { all, byId } = stage;
const QUIET = 2000; // ms without a line before it is worth a word, and the phone goes on by itself
const RECALL = 1500; // ms to wait for the room before showing what an earlier visit knew of it
const KEEP = 1000; // ms between two times of keeping what is known
const ROUND_KINDS = ["brief", "conversation", "feedback", "notes"];

const place = storage();
heed();
const code = byId("main").dataset.code ?? "";
const kept = `${samen}.${code}`; // the token; what belongs to it is kept beside it
const { hash } = location;
const { key, pass } = takeSecrets();
for (const link of all("[hreflang]")) if (key || pass) /** @type {HTMLAnchorElement} */ (link).hash = hash; // the way in goes along
/** @type {Page} */
const page = /** @type {any} */ ({ pack: JSON.parse(byId("pack").textContent ?? ""), ask, bring: () => stage.bring(code, token ?? "", drawSoon) });
const wake = new Wake(() => {
  stage.fill("awake", t(wake.state));
  stage.fill("sleepy", wake.state === "awake" ? nothing : t(wake.state));
});
const pocket = new Pocket();
let token = place.getItem(kept);
let lookingBack = false; // someone who left reads what they wrote
let drawing = false;
let printing = false; // on paper goes what this person takes home, wherever the room is
/** @type {number | null} */
let lost = performance.now(); // since when there is no line; null while the room is heard
/** @type {ReturnType<typeof setTimeout> | undefined} */
let keeping;
/** @type {string | undefined} */
let moment; // the step and the role that were drawn last
let newcomer = false; // came in by the door just now
/** @type {any} */
let table; // the group that was drawn last
let newIn = -1; // the step in which that was news

if (token) enter(token, true);
else openDoor(code, place, { key, pass }, (given) => enter(given, false));

/** @param {string} given @param {boolean} returning */
function enter(given, returning) {
  token = given;
  newcomer = !returning;
  place.setItem(kept, given);
  if (returning) face("arriving");
  page.line = connect({ code, auth: { token }, onChange: (_, event) => changed(event, returning), onRefused: refused });
  page.writing = new Writing(code, place, page.line, drawSoon, (why) => stage.tell(t(`error.${why}`)));
  stage.startLeaves();
  stage.startSlides();
  stage.startSheets();
  setTimeout(recall, navigator.onLine ? RECALL : 0);
  page.bring();
  startTable(page);
  startPhones(page);
  startLeaving(page, { token: () => token ?? "", forget, erased: () => refused("erased"), read });
  startOwn();
}

/** The buttons and moments that are this page's own. */
function startOwn() {
  for (const button of all("#hand > button")) {
    button.addEventListener("click", async () => (await ask("hand", { up: "down" in button.dataset })) && byId("help-title").focus());
  }
  byId("sit").addEventListener("click", () => page.writing.sit(true));
  byId("stand").addEventListener("click", () => page.writing.sit(false));
  byId("seated-read").addEventListener("click", () => {
    newIn = -1;
    draw();
    stage.leave();
  });
  byId("take-over").addEventListener("click", () => {
    page.line.startOver(); // the newest line holds the pen
    stage.leave();
  });
  for (const button of all("[data-turn-by]")) {
    button.addEventListener("click", () => {
      pocket.turn(known(), Number(button.dataset.turnBy), page.line.now());
      draw();
    });
  }
  all("[data-opens=write]")[0].addEventListener("click", () => {
    page.opened = page.view;
    draw();
  });
  for (const sheet of all("dialog")) sheet.addEventListener("close", () => page.writing.flush());
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && putAway());
  window.addEventListener("pagehide", putAway);
  for (const event of ["beforeprint", "afterprint"]) {
    window.addEventListener(event, () => {
      printing = event === "beforeprint";
      draw();
    });
  }
  window.addEventListener("storage", ({ key }) => key === page.writing.key && page.writing.reread());
  window.addEventListener("pageshow", ({ persisted }) => persisted && page.writing.reread()); // while it was put by it heard nothing
}

/** The page goes to sleep, perhaps for good. */
function putAway() {
  page.writing.flush();
  keep();
}

/** What is known of the room, for a reload without a network. */
function keep() {
  clearTimeout(keeping);
  keeping = undefined;
  const { state, ended } = page.line;
  if (ended || !state.ready) return;
  try {
    place.setItem(`${kept}.copy`, JSON.stringify({ state, ahead: page.line.now() - Date.now() }));
  } catch {
    // This phone is full: what is written goes before what can be asked for again.
  }
}

/** The room does not answer: on with what an earlier visit knew. */
function recall() {
  const copy = JSON.parse(place.getItem(`${kept}.copy`) ?? "null");
  if (!copy || page.line.state.ready || page.line.ended) return;
  page.line.recall(copy);
  page.writing.open(copy.state.me?.id);
  lost = -QUIET; // long enough
  drawSoon();
}

/** @param {string} event @param {boolean} returning */
function changed(event, returning) {
  if (event === "snapshot") arrived(returning);
  if (event === "disconnect") lost ??= performance.now();
  if (event === "disconnect") setTimeout(drawSoon, QUIET);
  if (["pen", "my_notes", "my_posts"].includes(event)) page.writing.align();
  keeping ??= setTimeout(keep, KEEP);
  drawSoon();
}

/** @param {boolean} returning */
function arrived(returning) {
  const { me } = page.line.state;
  const back = pocket.turned !== null;
  lost = null;
  page.bring();
  pocket.turned = null; // in with the room again
  place.removeItem(`${kept}.out`);
  if (back) stage.tell(t("with_room"));
  if (page.writing.opened) {
    page.writing.sendAll();
    return;
  }
  if (!me) return; // a snapshot has come: so it is known
  page.writing.open(me.id);
  if (returning) stage.tell(t("you_are", { name: me.called ?? me.name }));
  keepPage().then((able) => (byId("reloads").hidden = !able));
}

/** The line is closed for good. @param {string} why */
async function refused(why) {
  page.line.close();
  stage.closeSheets();
  wake.release();
  byId("line").hidden = true;
  let reason = why === "removed" ? String(page.line.state.removed) : why;
  if (why === "unauthorized") reason = await whyOut(code, token ?? "");
  if (reason === "erased" && (await whyOut(code, token ?? "")) === "closed") reason = "closed"; // not I: the room
  if (reason === "leader" && place.getItem(`${kept}.out`) === "not_me") reason = "not_me"; // let go on an earlier visit
  if (["leader", "not_me"].includes(reason)) {
    place.setItem(`${kept}.out`, reason);
    place.removeItem(`${kept}.copy`); // what others let this person read
  }
  if (["erased", "closed", "unknown"].includes(reason)) await forget();
  ended(reason || place.getItem(`${kept}.out`) || "unknown");
}

/** Nothing stays behind on this phone. */
async function forget() {
  clearTimeout(keeping);
  await page.writing.forget();
  await forgetRoom(code, place);
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

/** The room, of which a snapshot has come. */
function known() {
  return /** @type {import("./pocket.js").Known} */ (page.line.state);
}

function draw() {
  drawing = false;
  const { state } = page.line;
  if (!state.ready || page.line.ended) return;
  const left = Boolean(state.me?.left);
  lookingBack &&= left;
  if (left && !lookingBack) {
    stage.closeSheets();
    return ended("left");
  }
  face("stage");
  const before = page.view;
  page.alone = lost !== null && performance.now() - lost >= QUIET;
  page.step = page.alone ? pocket.where(known(), page.line.now()) : known().step;
  page.view = look({ ...state, step: page.step }, lookingBack || printing ? "closing" : page.step.kind);
  if (!byId("write").hasAttribute("open")) page.opened = page.view;
  page.shut = !state.room?.open || left || printing;
  page.writable = Boolean(state.pen) && !page.shut;
  if (page.view.kind === "plenary" && !page.line.wantsWall) page.line.fetchWall();
  stage.show(page.view);
  stage.showSlide(page.step.slide, page.alone);
  stage.runClock(page.line, page.step, goOn);
  drawLine();
  drawStrip();
  drawTable(page);
  drawFields(page);
  drawWall(page);
  drawPhones(page);
  drawAround();
  drawSeated();
  if (!printing) moved(before);
}

/** On its own, the phone goes on when the time of a step is over. */
function goOn() {
  drawTurn(page);
  if (!page.alone) return;
  const now = page.line.now();
  const { index } = pocket.where(known(), now);
  if (index !== page.step.index || byId("further").hidden === pocket.unsure(page.step, now)) drawSoon();
}

/** Without a line it says so, and lets one page on by hand. */
function drawLine() {
  const { alone, step, line } = page;
  byId("line").hidden = !alone;
  byId("safe").hidden = pocket.unsure(step, line.now());
  byId("further").hidden = !byId("safe").hidden;
  for (const button of all("[data-turn-by]")) {
    button.toggleAttribute("disabled", !line.state.programme[step.index + Number(button.dataset.turnBy)]);
  }
}

/** Where the room is, who I am in it, and where I sit: at the top, always in the same place. */
function drawStrip() {
  const { view, line, pack } = page;
  const { room, programme, group } = line.state;
  const said = programme[page.step.index]?.title ?? "";
  const title = pack.titles[said] ?? said;
  const table = view.seated && group ? html`<span class="table soft">${t("table", { n: group.number })}</span>` : nothing;
  const card = view.kind === "conversation" && view.seated ? all(`[data-topic="${page.writing.topic(group?.topic)}"]`)[0] : undefined;
  const topic = card ? html`<span class="said">${all("svg", card)[0]?.cloneNode(true)}${all("h3", card)[0].textContent}</span>` : nothing;
  const who = view.role && view.role !== "none" ? roleOf(view.role, pack.roles[view.role], "badge") : html`<strong>${room?.title}</strong>`;
  render(html`<span>${who} ${table}</span>${topic}`, byId("strip-where"));
  byId("where").textContent = view.round ? `${t("round", { n: view.round, of: view.rounds })} · ${title}` : title;
}

/** What stands beside the cards: who I am, the hand, what keeps me from writing. */
function drawAround() {
  const { line, view } = page;
  const { me, room, pen, group } = line.state;
  const up = Boolean(group?.hand_at);
  const sat = page.writing.sits(view.mine?.sits);
  stage.fill("hello", t("you_are", { name: me?.called ?? me?.name ?? "" }));
  stage.fill("plan", plan(line.state.programme, page.pack.titles));
  for (const part of all("#hand > :not([data-coming])")) part.hidden = !view.seated || up !== "up" in part.dataset;
  all("[data-opens=help]")[0].toggleAttribute("data-up", up);
  byId("examples").hidden = !areExamples(page);
  byId("talked").hidden = areExamples(page);
  const back = isToldBack(line.state.programme, page.step.index) ? "yes" : "no";
  for (const part of all("[data-back]")) part.hidden = part.dataset.back !== back;
  for (const part of all("[data-extra]")) part.hidden = !page.step.extras?.includes(part.dataset.extra ?? "");
  const focused = document.activeElement === byId(sat ? "sit" : "stand"); // it is about to go
  byId("sit").hidden = sat;
  byId("sat").hidden = !sat;
  if (focused) byId(sat ? "stand" : "sit").focus();
  byId("gone").hidden = !me?.left;
  byId("elsewhere").hidden = pen;
  byId("shut").hidden = Boolean(room?.open);
  document.body.toggleAttribute("data-shut", page.shut);
}

/** Who comes late, or is moved in a round, first reads where and with whom; until they put it away, or the next step. */
function drawSeated() {
  const { view, line, step } = page;
  const at = view.seated ? line.state.group?.id : null;
  const isNew = at !== table && (table !== undefined || newcomer);
  if (isNew && at != null && ROUND_KINDS.includes(view.kind)) newIn = step.index;
  table = at;
  byId("seated").hidden = at == null || newIn !== step.index;
  if (byId("seated").hidden) return;
  const others = view.members.filter((member) => member !== view.mine).map(({ name }) => name);
  stage.fill("seated_at", t("seated_at", { n: line.state.group?.number ?? "" }));
  stage.fill("seated_with", t("seated_with", { names: new Intl.ListFormat(document.documentElement.lang).format(others) }));
}

/** Something else is on now: from the top again, with the first line up. @param {View | undefined} before */
function moved(before) {
  const { view, pack } = page;
  const now = `${page.step.index} ${view.kind} ${view.role} ${view.kind === "check_in" && areExamples(page)}`;
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
document.getElementById("scriptless")?.remove(); // last: all of the above has run

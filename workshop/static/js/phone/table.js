// @ts-check
/** My table: who sits there, who plays what, what we need, which card we chose, and what the observer counts. */
import { html, nothing, render } from "../draw.js";
import { roleOf, trio } from "../parts.js";
import { stands } from "../state.js";
import { speaking } from "../turns.js";
import { t } from "../words.js";
import { all, byId, fill, leave, say, shake } from "./stage.js";

/**
 * @typedef {import("../phone.js").Page} Page
 * @typedef {"client" | "professional" | "observer"} Role
 * @typedef {{ id: number, name: string, here: boolean, roles: Role[], simulated: boolean, safe: string[], sits: boolean }} Member
 * @typedef {object} View where the room is, as seen from one chair
 * @property {string} kind
 * @property {number | null} round
 * @property {number} rounds
 * @property {boolean} seated with at least one other
 * @property {Role | "none" | null} role in this round; `none`: no table where one is needed
 * @property {Role | undefined} next
 * @property {Member[]} members
 * @property {Member | undefined} mine
 */

/** @param {import("../state.js").State} state @param {string} kind @returns {View} */
export function look(state, kind) {
  const round = state.step?.kind === kind ? state.step.round : null;
  const members = (state.group?.members ?? []).map((/** @type {any} */ member) => ({ ...member, name: member.called ?? member.name }));
  const mine = members.find((/** @type {Member} */ member) => member.id === state.me?.id);
  const seated = members.length > 1;
  return {
    kind,
    round,
    rounds: Math.max(0, ...state.programme.map((step) => step.round ?? 0)),
    seated,
    role: round || kind === "groups" ? (seated ? (mine?.roles[(round ?? 0) - 1] ?? null) : "none") : null,
    next: round && seated ? mine?.roles[round] : undefined,
    members,
    mine,
  };
}

/** @param {Member[]} members @param {number} round @param {Member} [mine] */
const chairs = (members, round, mine) => members.map((member) => ({ name: member.name, role: member.roles[round - 1] ?? "observer", me: member === mine }));

/** @param {Page} page */
export function drawTable(page) {
  const { view, line, writing, writable } = page;
  const { members, mine, round } = view;
  const { group } = line.state;
  const people = members.map(({ name }) => name).join(", ");
  fill(
    "partners",
    members.map((member) => partner(page, member)),
  );
  fill("number", t("table", { n: group?.number ?? "" }));
  fill("seats", trio(chairs(members, round ?? 1, mine), t("group", { n: group?.number ?? "", people })));
  for (const role of ["client", "professional", "observer"]) {
    const names = members.filter((member) => round && member.roles[round - 1] === role);
    fill(
      `names-${role}`,
      names.map(({ name }, i) => html`${i ? ", " : ""}<bdi translate="no">${name}</bdi>`),
    );
    for (const turn of all(`[data-turn="${role}"]`)) turn.hidden = names.length === 0;
  }
  fill("safe", needs(members));
  byId("needs").hidden = !members.some((member) => member.safe?.length);
  const [need, topic] = [writing.safe(mine?.safe ?? []), writing.topic(group?.topic)];
  drawSafety(need, writing.typedNeed, writable);
  drawTopics(topic, view.kind, writable);
  /** @type {Record<string, any>} */
  const done = { "#safety": need.own || need.keys.length, "#story": topic, "#topics": topic }; // one chooses after the story
  for (const tick of all(".ticks > a")) tick.toggleAttribute("data-done", Boolean(done[tick.getAttribute("href") ?? ""]));
  drawCounts(page);
  drawTold(page);
  drawTurn(page);
}

/** @type {any} the newest message; it stays until it is put away or taken back or its step is over, seen or not */
let told;
/** @type {number | undefined} */
let read; // the last that was put away
const seen = new Set();

/** What the leader says to all or to my table; and that they are on the way. @param {Page} page */
function drawTold({ line, step }) {
  const { state } = line;
  const newest = state.notices.filter(stands(state)).at(-1);
  if (newest && newest.id !== told?.id) {
    shake();
    if (document.querySelector("dialog[open]")) say(newest.text); // behind which nothing is heard
  }
  told = newest ?? told;
  const over = !told || !state.said.includes(told.id) || !stands(state)(told) || step.index !== state.step?.index; // alone it goes on by itself
  byId("told").hidden = over || told.id === read;
  for (const sign of all("[data-coming]")) sign.hidden = !state.group?.coming_at;
  if (over) return;
  fill("told", told.text);
  const looked = document.visibilityState === "visible" && line.connected && told.id !== read;
  if (looked && !seen.has(told.id)) tellSeen(line, told.id);
}

/** The leader is told how many saw it, not who. @param {Page["line"]} line @param {number} notice */
async function tellSeen(line, notice) {
  seen.add(notice);
  if (!(await line.send("seen", { notice })).ok) seen.delete(notice);
}

/** @param {Page} page @param {Member} member */
function partner({ pack, view }, member) {
  const mine = member === view.mine;
  const role = member.roles[(view.round ?? 1) - 1];
  const there = view.kind === "groups" && member.sits ? t("sits") : "";
  const aside = member.simulated ? t("simulated") : mine ? `(${t("you")})` : there || (member.here ? "" : t("away"));
  return html`
    <li class="person" data-presence=${mine || member.here ? "here" : "away"}>
      <span class="name" dir="auto" translate="no">${member.name}</span> <span class="soft" ?data-simulated=${member.simulated}>${aside}</span> ${role ? roleOf(role, pack.roles[role], "badge") : nothing}
    </li>
  `;
}

/** What each of us said to need, by name. @param {Member[]} members */
function needs(members) {
  const labels = Object.fromEntries(all("[data-need]").map((word) => [word.dataset.need, word.textContent]));
  const said = members.filter((member) => member.safe?.length);
  const words = (/** @type {string} */ key) => (key.startsWith("own:") ? key.slice(4) : (labels[key] ?? key));
  const chip = (/** @type {string} */ key) => html`<span class="chip" dir="auto">${words(key)}</span> `;
  return said.map((member) => html`<li><strong dir="auto" translate="no">${member.name}</strong> ${member.safe.map(chip)}</li>`);
}

/** @param {{ keys: string[], own: string }} chosen @param {string | undefined} typed @param {boolean} writable */
function drawSafety(chosen, typed, writable) {
  for (const word of all("[data-need]")) press(word, chosen.keys.includes(word.dataset.need ?? ""));
  for (const control of all("[data-need], #need *")) control.toggleAttribute("disabled", !writable);
  const own = /** @type {HTMLInputElement} */ (byId("own"));
  if (own !== document.activeElement) own.value = typed ?? chosen.own;
}

/** @param {HTMLElement} button @param {boolean} on */
const press = (button, on) => button.setAttribute("aria-pressed", String(on));

/**
 * In the brief all cards lie on the table, in the conversation the one that was chosen.
 * @param {string | null | undefined} topic
 * @param {string} kind
 * @param {boolean} writable
 */
function drawTopics(topic, kind, writable) {
  for (const card of all("[data-topic]")) {
    card.hidden = kind === "conversation" && card.dataset.topic !== topic;
    card.toggleAttribute("data-chosen", card.dataset.topic === topic);
  }
  for (const button of all("[data-choose]")) {
    press(button, button.dataset.choose === topic);
    button.toggleAttribute("disabled", !writable);
  }
}

/** The observer's own counts while listening, and those that are open to the table afterwards. @param {Page} page */
function drawCounts({ view, writing, writable }) {
  let counted = 0;
  for (const row of all("[data-counter]")) {
    const n = writing.count(view.round ?? 0, row.dataset.counter ?? "");
    const buttons = all("[data-by]", row);
    row.getElementsByTagName("output")[0].textContent = String(n);
    row.style.setProperty("--n", String(Math.min(n, 12)));
    for (const button of buttons) button.toggleAttribute("disabled", !writable || (button.dataset.by === "-1" && n === 0));
    if (!buttons.length) row.hidden = n === 0;
    counted += n;
  }
  byId("uncounted").hidden = counted > 0;
  if (!view.members.some((member) => member.roles[(view.round ?? 0) - 1] === "observer")) byId("observed").hidden = true; // a pair has none
}

/** Buttons of the table that stand in the page. @param {Page} page */
export function startTable(page) {
  const own = /** @type {HTMLInputElement} */ (byId("own"));
  const said = () => page.writing.safe(page.view.mine?.safe ?? []);
  const chosen = () => said().keys;
  const need = (/** @type {string[]} */ keys) => page.writing.need(keys, own.value.trim(), said().own);
  own.addEventListener("input", () => page.writing.keep("need", { text: own.value }));
  byId("need").addEventListener("submit", (event) => {
    event.preventDefault();
    need(chosen());
  });
  for (const word of all("[data-need]")) {
    const key = word.dataset.need ?? "";
    word.addEventListener("click", () => need(chosen().includes(key) ? chosen().filter((one) => one !== key) : [...chosen(), key]));
  }
  for (const button of all("[data-choose]")) {
    button.addEventListener("click", () => page.writing.choose(button.dataset.choose ?? "", page.view.round));
  }
  for (const button of all("#sheet [data-by]")) {
    const counter = /** @type {HTMLElement} */ (button.closest("[data-counter]")).dataset.counter ?? "";
    button.addEventListener("click", () => page.writing.tally(page.view.round ?? 0, counter, Number(button.dataset.by)));
  }
  byId("turn").addEventListener("click", () => (byId("turn").hidden = true));
  byId("told-read").addEventListener("click", () => {
    read = told?.id;
    byId("told").hidden = true;
    leave();
  });
  document.addEventListener("visibilitychange", () => page.line.state.ready && drawTold(page));
}

/** @type {string | null} whose turn is drawn */
let turn = null;

/** In the feedback: whose turn it is, by the clock. @param {Page} page */
export function drawTurn({ view, line, step, pack }) {
  const places = all(".turns [data-seconds]").filter((place) => !place.hidden);
  const turns = places.map(({ dataset }) => ({ role: dataset.turn ?? "", seconds: Number(dataset.seconds) }));
  const role = view.kind === "feedback" && view.round ? speaking(turns, step.clock, line.now()) : null;
  const people = view.members.filter((member) => member.roles[(view.round ?? 0) - 1] === role);
  const drawn = role && `${view.round} ${people.map(({ name }) => name)} ${role}`;
  if (drawn === turn) return;
  turn = drawn;
  for (const place of places) {
    place.toggleAttribute("data-now", place.dataset.turn === role);
    if (place.dataset.turn === role) place.setAttribute("aria-current", "true");
    else place.removeAttribute("aria-current");
  }
  const mine = view.mine !== undefined && people.includes(view.mine);
  byId("speaks").toggleAttribute("data-mine", mine);
  const words = mine ? t("you_speak") : t("speaks", { names: people.map(({ name }) => name).join(", ") });
  render(role ? html`${roleOf(/** @type {Role} */ (role), pack.roles[role], "badge")} <span dir="auto">${words}</span>` : nothing, byId("speaks"));
}

/** The moment of rotation: each name travels to its next shape. @param {Page} page @param {number} before the round that was */
export function turnRound({ pack, view }, before) {
  const { members, mine, round, role } = view;
  if (!round || !role || role === "none") return;
  const place = byId("turn");
  const draw = (/** @type {number} */ at) => fill("turn", trio(chairs(members, at, mine), ""));
  fill("turned", roleOf(role, pack.roles[role]));
  draw(before);
  place.hidden = false;
  setTimeout(() => draw(round), 300);
  setTimeout(() => (place.hidden = true), 3500);
}

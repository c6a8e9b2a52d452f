// @ts-check
/** My table: who sits there, who plays what, what we need, which card we chose, and what the observer counts. */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { roleOf, trio } from "../parts.js";
import { t } from "../words.js";
import { all, byId, fill } from "./stage.js";

/**
 * @typedef {import("../../phone.js").Page} Page
 * @typedef {"client" | "professional" | "observer"} Role
 * @typedef {{ id: number, name: string, here: boolean, roles: Role[], safe: string[] }} Member
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
  const members = toldApart(state.group?.members ?? []);
  const mine = members.find((member) => member.id === state.me?.id);
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

/** Two with one name get a number. @param {Member[]} members @returns {Member[]} */
function toldApart(members) {
  return members.map((member, i) => {
    const before = members.slice(0, i).filter((other) => other.name === member.name).length;
    return before ? { ...member, name: `${member.name} (${before + 1})` } : member;
  });
}

/** @param {Member[]} members @param {number} round @param {Member} [mine] */
const chairs = (members, round, mine) =>
  members.map((member) => ({ name: member.name, role: member.roles[round - 1] ?? "observer", me: member === mine }));

/** @param {Page} page */
export function drawTable({ pack, view, line, writable, writing }) {
  const { members, mine, round, seated } = view;
  const { group } = line.state;
  const people = members.map((member) => member.name).join(", ");
  const first = round ?? 1;
  fill("partners", list(pack, members, first, mine));
  fill("table", seated && group ? html`<p class="number">${t("table", { n: group.number })}</p>
    ${trio(chairs(members, first, mine), t("group", { n: group.number, people }))}
    ${list(pack, members, first, mine)}` : nothing);
  for (const role of ["client", "professional", "observer"]) {
    const names = members.filter((member) => round && member.roles[round - 1] === role).map((member) => html`<bdi>${member.name}</bdi> `);
    fill(`names-${role}`, names);
    all(`[data-turn="${role}"]`).forEach((turn) => (turn.hidden = names.length === 0));
  }
  fill("safe", needs(members));
  byId("needs").hidden = !members.some((member) => member.safe?.length);
  drawSafety(writing.safe(mine?.safe ?? []), writable);
  drawTopics(group?.topic, view.kind, writable);
  drawCounts({ view, writing, writable, tally: group?.tally ?? {} });
}

/** @param {Page["pack"]} pack @param {Member[]} members @param {number} round @param {Member} [mine] */
const list = (pack, members, round, mine) => html`
  <ul class="partners">
    ${members.map(
      (member) => html`<li class="person" data-presence=${member.here || member === mine ? "here" : "away"}>
        <span class="name" dir="auto">${member.name}</span>
        ${member === mine ? html`<span class="soft">(${t("you")})</span>` : member.here ? nothing : html`<span class="soft small">${t("away")}</span>`}
        ${member.roles[round - 1] ? roleOf(member.roles[round - 1], pack.roles[member.roles[round - 1]], "badge") : nothing}
      </li>`,
    )}
  </ul>
`;

/** What each of us said to need, by name. @param {Member[]} members */
function needs(members) {
  const labels = Object.fromEntries(all("[data-need]").map((word) => [word.dataset.need, word.textContent]));
  const said = members.filter((member) => member.safe?.length);
  const chip = (/** @type {string} */ key) => html`<span class="chip" dir="auto">${key.startsWith("own:") ? key.slice(4) : (labels[key] ?? key)}</span> `;
  return said.map((member) => html`<li><strong dir="auto">${member.name}</strong> ${member.safe.map(chip)}</li>`);
}

/** @param {{ keys: string[], own: string }} chosen @param {boolean} writable */
function drawSafety(chosen, writable) {
  for (const word of all("[data-need]")) word.setAttribute("aria-pressed", String(chosen.keys.includes(word.dataset.need ?? "")));
  for (const control of all("[data-need], #need *")) control.toggleAttribute("disabled", !writable);
  const own = /** @type {HTMLInputElement} */ (byId("own"));
  if (own !== document.activeElement) own.value = chosen.own;
}

/** In the brief all cards lie on the table, in the conversation the one that was chosen. @param {string | null | undefined} topic @param {string} kind @param {boolean} writable */
function drawTopics(topic, kind, writable) {
  for (const card of all("[data-topic]")) {
    card.hidden = kind === "conversation" && card.dataset.topic !== topic;
    card.toggleAttribute("data-chosen", card.dataset.topic === topic);
  }
  for (const button of all("[data-choose]")) {
    button.setAttribute("aria-pressed", String(button.dataset.choose === topic));
    button.toggleAttribute("disabled", !writable);
  }
}

/** The observer's own counts while listening, and those that are open to the table afterwards. @param {{ view: View, writing: Page["writing"], writable: boolean, tally: Record<string, Record<string, number>> }} what */
function drawCounts({ view, writing, writable, tally }) {
  const { round } = view;
  const count = (/** @type {HTMLElement} */ row) => writing.count(tally, round ?? 0, row.dataset.counter ?? "");
  for (const row of all("#sheet [data-counter]")) {
    const n = count(row);
    row.getElementsByTagName("output")[0].textContent = String(n);
    all("[data-by]", row).forEach((b) => b.toggleAttribute("disabled", !writable || (b.dataset.by === "-1" && n === 0)));
  }
  let any = false;
  for (const row of all("#observed [data-counter]")) {
    const n = count(row);
    any ||= n > 0;
    row.hidden = n === 0;
    row.style.setProperty("--n", String(Math.min(n, 12)));
    row.getElementsByTagName("output")[0].textContent = String(n);
  }
  all("#observed [data-none]").forEach((none) => (none.hidden = any));
}

/** Buttons of the table that stand in the page. @param {Page} page */
export function startTable(page) {
  const own = /** @type {HTMLInputElement} */ (byId("own"));
  const need = (/** @type {string[]} */ keys) => page.writing.need(keys, own.value.trim());
  const chosen = () => page.writing.safe(page.view.mine?.safe ?? []).keys;
  byId("need").addEventListener("submit", (event) => (event.preventDefault(), need(chosen())));
  for (const word of all("[data-need]")) {
    const key = word.dataset.need ?? "";
    word.addEventListener("click", () => need(chosen().includes(key) ? chosen().filter((one) => one !== key) : [...chosen(), key]));
  }
  for (const button of all("[data-choose]")) {
    button.addEventListener("click", () => page.ask("choose", { topic: button.dataset.choose }));
  }
  for (const button of all("#sheet [data-by]")) {
    const counter = /** @type {HTMLElement} */ (button.closest("[data-counter]")).dataset.counter ?? "";
    button.addEventListener("click", () => page.writing.tally(page.view.round ?? 0, counter, Number(button.dataset.by)));
  }
  byId("turn").addEventListener("click", () => (byId("turn").hidden = true));
}

/** The moment of rotation: each name travels to its next shape. @param {Page} page @param {number} before the round that was */
export function turnRound({ pack, view }, before) {
  const { members, mine, round, role } = view;
  if (!view.seated || !round || !role || role === "none") return;
  const place = byId("turn");
  const draw = (/** @type {number} */ at) =>
    render(html`${trio(chairs(members, at, mine), "")}<p>${t("you_are_now")}</p><p class="big">${roleOf(role, pack.roles[role])}</p>`, /** @type {HTMLElement} */ (place.firstElementChild));
  draw(before);
  place.hidden = false;
  setTimeout(() => draw(round), 300);
  setTimeout(() => (place.hidden = true), 3500);
}

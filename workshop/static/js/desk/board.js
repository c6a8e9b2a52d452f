// @ts-check
/** The tables: who sits where, who plays what in this round, who asks for the leader, and where a table is too small. */
import { html, nothing } from "../../vendor/lit-html.js";
import { roleOf } from "../parts.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { names, presence } from "./names.js";
import { move, openPerson } from "./person.js";
import { acting } from "./press.js";
import { roundInView, rounds } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {Record<string, any>} Row */

/** @type {import("../parts.js").Role[]} */
const ROLES = ["client", "professional", "observer"];

/** @param {Desk} desk */
export function board(desk) {
  const { state } = desk;
  const seated = new Set(state.groups.flatMap((group) => group.members.map((/** @type {Row} */ member) => member.id)));
  const waiting = state.people.filter((person) => !person.left && !seated.has(person.id));
  const called = names(/** @type {any} */ (state.people));
  return html`
    ${hands(state.groups)}
    <div class="row spread legend">
      <strong>${t("roles_in_round", { n: roundInView(state), of: rounds(state) })}</strong>
      <span class="row">${ROLES.map((role) => roleOf(role, facts.roles[role]))}</span>
    </div>
    <div class="board">
      ${waiting.length ? unseated(desk, waiting, called) : nothing} ${state.groups.map((group) => table(desk, group, called))}
    </div>
  `;
}

/** Who asks for the leader, the longest wait first. @param {Row[]} groups */
function hands(groups) {
  const up = groups.filter((group) => group.hand_at).sort((one, other) => one.hand_at - other.hand_at);
  if (!up.length) return nothing;
  return html`
    <p class="row tight hands">
      <strong>${t("hand_up")}</strong>
      ${up.map((group) => html`<a href="#table-${group.id}">${t("table_n", { n: group.number })} · <span data-since=${group.hand_at}></span></a>`)}
    </p>
  `;
}

/** @param {Desk} desk @param {Row} group @param {Map<any, string>} called */
function table(desk, group, called) {
  return html`
    <section class="table" data-group=${group.id} ?data-hand=${group.hand_at !== null} ?data-small=${group.mends.length > 0} aria-labelledby="table-${group.id}">
      <h3 id="table-${group.id}">${t("table_n", { n: group.number })}</h3>
      ${group.topic ? html`<span class="chip topic">${facts.topics[group.topic] ?? group.topic}</span>` : nothing}
      ${group.hand_at ? html`<p class="hand">${t("hand_up")} · <span data-since=${group.hand_at}></span></p>` : nothing}
      <ul class="members">${group.members.map((/** @type {Row} */ member) => seat(desk, member, called))}</ul>
      ${group.mends.length ? mends(desk, group, called) : nothing}
    </section>
  `;
}

/** @param {Desk} desk @param {Row} member @param {Map<any, string>} called */
function seat(desk, member, called) {
  const person = desk.state.people.find(({ id }) => id === member.id);
  const role = member.roles?.[roundInView(desk.state) - 1];
  const away = person && presence(person) === "away";
  return html`
    <li class="member" data-person=${member.id}>
      <span class="grip" aria-hidden="true"></span>
      <button type="button" @click=${() => openPerson(desk, member.id)}>
        ${role ? html`<span class="role bare" data-role=${role}></span>` : nothing}
        <span class="who" dir="auto">${called.get(member.id) ?? member.name}</span>
        ${away ? html`<span class="away"><span class="visually-hidden">${t("away")}</span></span>` : nothing}
        ${role ? html`<span class="word">${facts.roles[/** @type {import("../parts.js").Role} */ (role)]}</span>` : nothing}
      </button>
    </li>
  `;
}

/** People whom the draw does not know yet. @param {Desk} desk @param {Row[]} people @param {Map<any, string>} called */
const unseated = (desk, people, called) => html`
  <section class="table waiting" aria-labelledby="table-none">
    <h3 id="table-none">${t("no_table_yet")}</h3>
    <ul class="members">${people.map((person) => seat(desk, person, called))}</ul>
    <p class="small soft">${t(desk.state.shown ? "waits_with_you" : "will_be_seated")}</p>
  </section>
`;

/** What can be done about a table of one or two. @param {Desk} desk @param {Row} group @param {Map<any, string>} called */
function mends(desk, group, called) {
  const offers = group.mends.map((/** @type {Row} */ mend) => {
    if (mend.do === "sit_in") return html`<p class="small">${t("sit_in")}</p>`;
    const other = desk.state.groups.find(({ id }) => id === mend.into);
    const words = mend.do === "merge" ? t("merge_into", { n: other?.number ?? "" }) : t("move_over", { name: called.get(mend.person) ?? "" });
    return acting(desk, words, () => mended(desk, group, mend), { key: "move", looks: "small" });
  });
  return html`<div class="mends"><p class="small">${t(group.members.length === 1 ? "alone" : "a_pair")}</p>${offers}</div>`;
}

/** @param {Desk} desk @param {Row} group @param {Row} mend */
async function mended(desk, group, mend) {
  if (mend.do === "move_over") return move(desk, mend.person, group.id);
  for (const member of group.members) await move(desk, member.id, mend.into);
}

// @ts-check
/** The tables: who sits where, who plays what in this round, who asks for the leader, and where a table is too small. */
import { html, nothing } from "../../vendor/lit-html.js";
import { roleOf } from "../parts.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { listOf } from "./lengths.js";
import { openMessage } from "./message.js";
import { names, presence } from "./names.js";
import { move, openPerson } from "./person.js";
import { acting, thrown } from "./press.js";
import { progressAt } from "./progress.js";
import { notYet, smallest } from "./seats.js";
import { isOpen, roundInView, rounds } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {Record<string, any>} Row */

/** @type {import("../parts.js").Role[]} */
const ROLES = ["client", "professional", "observer"];

/** @param {Desk} desk */
export function board(desk) {
  const { state } = desk;
  const seated = new Set(state.groups.flatMap((group) => group.members.map((/** @type {Row} */ member) => member.id)));
  const waiting = state.people.filter((person) => !person.left && !person.stand_in && !seated.has(person.id));
  const called = names(/** @type {any} */ (state.people));
  return html`
    <div class="row spread legend">
      <strong>${t("roles_in_round", { n: roundInView(state), of: rounds(state) })}</strong>
      <span class="row">${ROLES.map((role) => roleOf(role, facts.roles[role]))}</span>
    </div>
    <div class="board">
      ${waiting.length ? unseated(desk, waiting, called) : nothing} ${state.groups.map((group) => table(desk, group, called))}
    </div>
    ${turns(desk, called)}
  `;
}

/** Who has not been client or professional in the rounds so far, and for whom it does not come. @param {Desk} desk @param {Map<any, string>} called */
function turns({ state }, called) {
  if (!state.step?.round) return nothing;
  const round = roundInView(state);
  /** @param {{ id: any, name: string, ever: boolean }[]} people */
  const those = (people) => listOf(people.map(({ id, name, ever }) => (ever ? "" : "* ") + (called.get(id) ?? name)));
  const lines = ROLES.slice(0, 2).map((role) => ({ role, people: notYet(state.groups, role, round) }));
  if (!lines.some(({ people }) => people.length)) return nothing;
  const never = lines.some(({ people }) => people.some(({ ever }) => !ever));
  return html`
    <details class="turns">
      <summary>${t("not_yet")}</summary>
      ${lines.map(({ role, people }) => (people.length ? html`<p dir="auto">${t("not_in_role", { role: facts.roles[role], names: those(people) })}</p>` : nothing))}
      ${never ? html`<p class="small soft">${t("starred")}</p>` : nothing}
    </details>
  `;
}

/** @param {Desk} desk @param {Row} group @param {Map<any, string>} called */
function table(desk, group, called) {
  const far = progressAt(desk.state, group);
  return html`
    <section class="table" data-group=${group.id} ?data-hand=${group.hand_at !== null} ?data-small=${group.mends.length > 0} aria-labelledby="table-${group.id}">
      <div class="row spread nowrap head">
        <h3 id="table-${group.id}">${t("table_n", { n: group.number })}</h3>
        ${
          desk.state.shown && isOpen(desk.state)
            ? acting(desk, t("message"), () => openMessage(desk, group.id), { key: "notice", looks: "quiet small", label: t("message_table", { n: group.number }) })
            : nothing
        }
      </div>
      ${group.topic ? html`<span class="chip topic">${facts.topics[group.topic] ?? group.topic}</span>` : nothing}
      ${group.hand_at ? html`<p class="hand">${t(group.coming_at != null ? "you_come" : "hand_up")} · <span data-since=${group.hand_at}></span></p>` : nothing}
      <ul class="members">${group.members.map((/** @type {Row} */ member) => seat(desk, member, called))}</ul>
      ${far ? html`<p class="small soft far">${far}</p>` : nothing}
      ${group.mends.length && isOpen(desk.state) ? mends(desk, group, called) : nothing}
    </section>
  `;
}

/** @param {Desk} desk @param {Row} member @param {Map<any, string>} called */
function seat(desk, member, called) {
  const person = desk.state.people.find(({ id }) => id === member.id);
  const role = member.roles?.[roundInView(desk.state) - 1];
  const away = person && ["away", "never"].includes(presence(person));
  return html`
    <li class="member" data-person=${member.id}>
      <span class="grip" aria-hidden="true"></span>
      <button type="button" @click=${() => openPerson(desk, member.id)}>
        ${role ? html`<span class="role bare" data-role=${role}></span>` : nothing}
        <span class="who" dir="auto">${called.get(member.id) ?? member.name}</span>
        ${person?.stand_in ? html`<span class="chip">${t("stand_in")}</span>` : nothing}
        ${away ? html`<span class="away"><span class="visually-hidden">${t(presence(person))}</span></span>` : nothing}
        ${role ? html`<span class="word">${facts.roles[/** @type {import("../parts.js").Role} */ (role)]}</span>` : nothing}
      </button>
    </li>
  `;
}

/** People whom the draw does not know yet. @param {Desk} desk @param {Row[]} people @param {Map<any, string>} called */
const unseated = (desk, people, called) => html`
  <section class="table waiting" aria-labelledby="table-none">
    <h3 id="table-none">${t("no_table_yet")}</h3>
    <ul class="members">${people.map((person) => html`${seat(desk, person, called)} ${offer(desk, person, called)}`)}</ul>
    <p class="small soft">${t(desk.state.shown ? "waits_with_you" : "will_be_seated")}</p>
  </section>
`;

/** A place for someone who has none, at one tap. @param {Desk} desk @param {Row} person @param {Map<any, string>} called */
function offer(desk, person, called) {
  const group = smallest(desk.state.groups);
  if (!group || !isOpen(desk.state)) return nothing;
  const label = t("seat_label", { name: called.get(person.id) ?? person.name, n: group.number });
  return html`<li class="offer">${acting(desk, t("seat_at", { n: group.number }), () => move(desk, person.id, group.id), { key: "move", looks: "small", label })}</li>`;
}

/** What can be done about a table of one or two. @param {Desk} desk @param {Row} group @param {Map<any, string>} called */
function mends(desk, group, called) {
  const offers = group.mends.map((/** @type {Row} */ mend) => {
    if (mend.do === "sit_in") return acting(desk, t("sit_in"), () => sitIn(desk, group), { key: "sit_in", looks: "small", label: t("sit_in_label", { n: group.number }) });
    const other = desk.state.groups.find(({ id }) => id === mend.into);
    const words = mend.do === "merge" ? t("merge_into", { n: other?.number ?? "" }) : t("move_over", { name: called.get(mend.person) ?? "" });
    return acting(desk, words, () => mended(desk, group, mend), { key: "move", looks: "small" });
  });
  return html`<div class="mends"><p class="small">${t(lacking(desk, group))}</p>${offers}</div>`;
}

/** What a small table lacks in the round that is looked at. @param {Desk} desk @param {Row} group */
function lacking(desk, group) {
  if (group.members.length === 1) return "alone";
  const played = group.members.map((/** @type {Row} */ member) => member.roles?.[roundInView(desk.state) - 1]);
  return ["client", "professional"].every((role) => played.includes(role)) ? "a_pair" : "a_role_free";
}

/** The leader takes the empty chair. @param {Desk} desk @param {Row} group */
async function sitIn(desk, group) {
  const ack = await desk.orders.give("sit_in", { group: group.id, name: t("leader_name") });
  if (ack.ok) thrown(desk, t("sat_in", { n: group.number }));
}

/** @param {Desk} desk @param {Row} group @param {Row} mend */
async function mended(desk, group, mend) {
  if (mend.do === "move_over") return move(desk, mend.person, group.id);
  const ack = await desk.orders.give("merge_groups", { group: group.id, into: mend.into }, "move");
  const n = desk.state.groups.find(({ id }) => id === mend.into)?.number ?? "";
  if (ack.ok) thrown(desk, t("groups_merged", { n }));
}

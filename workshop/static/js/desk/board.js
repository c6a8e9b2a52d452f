// @ts-check
/** The tables: who sits where, who plays what in this round, who asks for the leader, and which table is too small. */
import { html, nothing } from "../draw.js";
import { isSeating, sitting } from "../sitting.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { listOf } from "./lengths.js";
import { names, presence } from "./names.js";
import { move, openPerson } from "./person.js";
import { acting } from "./press.js";
import { progressAt } from "./progress.js";
import { rows } from "./rows.js";
import { notYet, small, smallest } from "./seats.js";
import { isOpen, roundInView, rounds } from "./steps.js";
import { lacking, openTable } from "./table.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../wire.js").Group} Group */
/** @typedef {import("../wire.js").Person} Person */

/** @type {import("../parts.js").Role[]} */
const ROLES = ["client", "professional", "observer"];

/** @param {Desk} desk */
export function board(desk) {
  const { state } = desk;
  const seated = new Set(state.groups.flatMap((group) => group.members.map((member) => member.id)));
  const waiting = state.people.filter((person) => !person.left && !person.stand_in && !seated.has(person.id));
  const called = names(state.people);
  return html`
    <div class="board" data-rows role="group" aria-label=${t("roles_in_round", { n: roundInView(state), of: rounds(state) })}>
      ${waiting.length ? unseated(desk, waiting, called) : nothing} ${rows(state.groups, (group) => tile(desk, group, called))}
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
      ${lines.map(({ role, people }) => (people.length ? html`<p dir="auto">${t("not_yet_in_role", { role: facts.roles[role], names: those(people) })}</p>` : nothing))}
      ${never ? html`<p class="small soft">${t("starred")}</p>` : nothing}
    </details>
  `;
}

/** A table at a glance; pressed on its number, or where it is empty, it opens. @param {Desk} desk @param {Group} group @param {Map<any, string>} called */
function tile(desk, group, called) {
  const words = under(desk, group);
  const open = (/** @type {any} */ event) => event.target.closest(".member") || openTable(desk, group.id);
  return html`
    <section class="table" data-group=${group.id} ?data-hand=${group.hand_at !== null} ?data-small=${small(desk.state).includes(group)} aria-labelledby="table-${group.id}" @click=${open}>
      <button class="head" type="button" aria-haspopup="dialog">
        <strong id="table-${group.id}">${t("table_n", { n: group.number })}</strong>
        ${group.hand_at ? html`<span class="raised">${t(group.coming_at != null ? "on_your_way" : "hand")} <span data-since=${group.hand_at}></span></span>` : nothing}
        ${group.topic ? html`<span class="topic">${facts.topics[group.topic] ?? group.topic}</span>` : nothing}
      </button>
      <ul class="members" data-rows>${rows(group.members, (member) => seat(desk, member, called))}</ul>
      ${words.length ? html`<p class="far">${words.join(" · ")}</p>` : nothing}
    </section>
  `;
}

/** What stands under the names of a table, each a few words. @param {Desk} desk @param {Group} group @returns {string[]} */
const under = (desk, group) =>
  [small(desk.state).includes(group) ? t(lacking(desk.state, group)) : "", seated(desk.state, group), progressAt(desk.state, group)].filter(Boolean);

/** How many of them sit, while people look for their table. @param {import("../state.js").State} state @param {Group} group */
function seated(state, group) {
  const { n, of } = sitting(group, state);
  return state.shown && isSeating(state.step) && of ? t("sit", { n, of }) : "";
}

/** @param {Desk} desk @param {Person | import("../wire.js").Member} member @param {Map<any, string>} called */
function seat(desk, member, called) {
  const person = desk.state.people.find(({ id }) => id === member.id);
  const role = "roles" in member ? member.roles[roundInView(desk.state) - 1] : undefined;
  const away = person && ["away", "never"].includes(presence(person));
  const name = called.get(member.id) ?? member.name;
  return html`
    <li class="member" data-person=${member.id}>
      <span class="grip" aria-hidden="true"></span>
      <button type="button" title=${name} @click=${() => openPerson(desk, member.id)}>
        ${role ? html`<span class="role bare" data-role=${role}></span>` : nothing}
        <span class="who" dir="auto" translate="no">${name}</span>
        ${away ? html`<span class="away" data-presence=${presence(person)}><span class="visually-hidden">${t(presence(person))}</span></span>` : nothing}
        <span class="word">${person?.stand_in ? t("stand_in") : role && facts.roles[role]}</span>
      </button>
    </li>
  `;
}

const FEW = 3; // with more of them nobody is seated one by one

/** People whom the draw does not know yet. @param {Desk} desk @param {Person[]} people @param {Map<any, string>} called */
const unseated = (desk, people, called) => html`
  <section class="table waiting" aria-labelledby="table-none">
    <h3 id="table-none">${t("no_table_yet")}</h3>
    <ul class="members" data-rows>${rows(people, (person) => html`${seat(desk, person, called)} ${people.length > FEW ? nothing : offer(desk, person, called)}`)}</ul>
    <p class="small soft">${t(desk.state.shown ? "waits_with_you" : "will_be_seated")}</p>
  </section>
`;

/** A place for someone who has none, at one tap. @param {Desk} desk @param {Person} person @param {Map<any, string>} called */
function offer(desk, person, called) {
  const group = smallest(desk.state.groups, desk.state.people);
  if (!group || !isOpen(desk.state)) return nothing;
  const label = t("seat_label", { name: called.get(person.id) ?? person.name, n: group.number });
  return html`<li class="offer">${acting(desk, t("seat_at", { n: group.number }), () => move(desk, person.id, group.id), { key: "move", looks: "small", label })}</li>`;
}

// @ts-check
/** *People*: who is here, who is away for a moment, who has left, and those a leader adds by hand. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { byName, listOf } from "./lengths.js";
import { plain } from "./letters.js";
import { names, presence, twice } from "./names.js";
import { notAdded, pasted, take } from "./pasted.js";
import { merge, openPerson, removed } from "./person.js";
import { acting } from "./press.js";
import { counting } from "./real.js";
import { rows } from "./rows.js";
import { isOpen } from "./steps.js";
import { emptied, keep, unsent } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../wire.js").Person} Person */

/** @type {Set<string>} pairs that are two people after all, as this leader said */
const twoPeople = new Set();
const MANY = 12; // from here on a name is easier looked for than seen
let wanted = "";

/** @param {Desk} desk */
export function people(desk) {
  const { people } = desk.state;
  const called = names(people);
  const sorted = people
    .filter((person) => plain(`${person.name} ${person.team ?? ""}`).includes(plain(wanted.trim())))
    .sort((one, other) => Number(one.left) - Number(other.left) || byName(/** @type {any} */ (one), /** @type {any} */ (other)));
  return html`
    <p class="count">${people.length ? count(desk.state) : t("nobody_yet")}</p>
    ${isOpen(desk.state) ? same(desk) : nothing}
    ${people.length > MANY || wanted ? search(desk) : nothing}
    <ul class="people" data-rows>${rows(sorted, (person) => row(desk, person, called.get(person.id) ?? person.name))}</ul>
    ${isOpen(desk.state) ? adding(desk) : [unsent(desk, "someone"), notAdded(desk)]} ${takenOut(desk)}
  `;
}

/** "41 people: 37 here, 3 away for a moment, 1 has left". @param {import("../state.js").State} state */
function count(state) {
  const counted = counting(state);
  const guests = counted.filter((person) => !person.stand_in); // the leader in a chair is counted nowhere
  const parts = ["here", "away", "never", "left"]
    .map((state) => [state, guests.filter((person) => presence(person) === state).length])
    .filter(([state, n]) => n || state === "here")
    .map(([state, n]) => t(`count_${state}`, { n }));
  const others = state.people.length - counted.length;
  return [t("count", { n: guests.length, parts: listOf(parts) }), others ? t("count_simulated", { n: others }) : ""].filter(Boolean).join(" · ");
}

/** Someone who came in twice. @param {Desk} desk */
function same(desk) {
  const pair = twice(desk.state.people).find(([one, other]) => !twoPeople.has(`${one.id} ${other.id}`));
  if (!pair) return nothing;
  const [keep, other] = pair;
  const no = () => {
    twoPeople.add(`${keep.id} ${other.id}`);
    desk.draw();
  };
  return html`
    <div class="notice asks">
      <p dir="auto">${t("twice", { name: keep.name })}</p>
      <div class="row tight">
        ${acting(desk, t("one_and_same"), () => merge(desk, keep, other), { key: "merge" })}
        <button class="button quiet" type="button" @click=${no}>${t("two_people")}</button>
      </div>
    </div>
  `;
}

/** @param {Desk} desk */
const search = (desk) => html`
  <input type="search" aria-label=${t("find")} placeholder=${t("find")} autocomplete="off" .value=${wanted}
    @input=${(/** @type {any} */ event) => {
      wanted = event.target.value;
      desk.draw();
    }}>
`;

/** @param {Desk} desk @param {Person} person @param {string} called told apart where two have one name */
function row(desk, person, called) {
  const table = desk.state.groups.find((group) => group.id === person.group)?.number;
  return html`
    <li>
      <button class="person" type="button" data-presence=${presence(person)} @click=${() => openPerson(desk, person.id)}>
        <span class="dot"></span>
        <span class="grow">
          <span class="name" dir="auto" translate="no">${called}</span>
          ${person.team && !called.endsWith(`(${person.team})`) ? html`<span class="team" dir="auto">${person.team}</span>` : nothing}
        </span>
        <span class="visually-hidden">${t(presence(person))}</span>
        ${person.by_hand ? html`<span class="chip">${t(person.stand_in ? "stand_in" : "no_phone")}</span>` : nothing}
        ${person.simulated ? html`<span class="chip" data-tone="warning">${t("simulated")}</span>` : nothing}
        ${["left", "never"].includes(presence(person)) ? html`<span class="soft small" aria-hidden="true">${t(presence(person))}</span>` : nothing}
        ${table ? html`<span class="table-number">${t("table_n", { n: table })}</span>` : nothing}
      </button>
    </li>
  `;
}

/** @param {Desk} desk @param {Event} event @param {DataTransfer | null} data */
const several = (desk, event, data) => take(desk, data) && event.preventDefault();

/** @param {Desk} desk */
const adding = (desk) => html`
  <form class="adding" @input=${typing} @submit=${(/** @type {SubmitEvent} */ event) => add(desk, event)}>
    <h3>${t("add_title")}</h3>
    <input name="name" @paste=${(/** @type {ClipboardEvent} */ event) => several(desk, event, event.clipboardData)} @drop=${(/** @type {DragEvent} */ event) => several(desk, event, event.dataTransfer)} aria-label=${t("name")} placeholder=${t("name")} data-most="40" required autocomplete="off" dir="auto">
    <input name="team" aria-label=${t("team")} placeholder=${t("team")} data-most="40" autocomplete="off" dir="auto">
    <button class="button" type="submit" aria-disabled=${desk.orders.ready("add_person") ? nothing : "true"}>${t("add")}</button>
  </form>
  ${pasted(desk)}
`;

/** @param {any} event */
function typing({ currentTarget: form }) {
  const { name, team } = Object.fromEntries(new FormData(form));
  keep("someone", [name, team].filter(Boolean).join(" · "));
}

/** @param {Desk} desk @param {SubmitEvent} event */
async function add(desk, event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const { name, team } = Object.fromEntries(new FormData(form));
  if (!desk.orders.ready("add_person") || !String(name).trim()) return;
  const ack = await desk.orders.give("add_person", { name, team });
  if (!ack.ok) return;
  if (emptied(form, { name, team })) /** @type {HTMLInputElement} */ (form.elements.namedItem("name")).focus(); // for the next one
  desk.said.say(t("added", { name: String(name) }), "good");
}

/** Those whom this leader took out, for as long as this page is open. @param {Desk} desk */
function takenOut(desk) {
  const gone = removed.filter((person) => !desk.state.people.some(({ id }) => id === person.id));
  if (!gone.length) return nothing;
  return html`
    <h3>${t("taken_out")}</h3>
    <ul class="people">
      ${gone.map(
        (person) => html`
          <li class="row spread">
            <span class="soft" dir="auto">${person.name}</span>
            <button class="button quiet" type="button" aria-disabled=${desk.orders.ready(`restore ${person.id}`) ? nothing : "true"}
              @click=${() => desk.orders.give("restore", { person: person.id }, `restore ${person.id}`)}>${t("let_back")}</button>
          </li>
        `,
      )}
    </ul>
  `;
}

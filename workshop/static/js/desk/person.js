// @ts-check
/** One person: another name, another table, "is here", out of the room. */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { dialog, open } from "./dialogs.js";
import { presence } from "./names.js";
import { acting, press } from "./press.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {Record<string, any>} Person */

/** @type {{ id: any, name: string }[]} whom this leader took out, newest first */
export const removed = [];
/** @type {any} */
let shown = null;

/** @param {Desk} desk @param {any} id */
export function openPerson(desk, id) {
  shown = id;
  render(nothing, dialog("person")); // nothing typed about somebody else stays in a field
  drawPerson(desk);
  open("person");
}

/** Called at every change: the dialog shows what is so now. @param {Desk} desk */
export function drawPerson(desk) {
  const person = desk.state.people.find(({ id }) => id === shown);
  if (person) render(about(desk, person), dialog("person"));
  else dialog("person").close();
}

/** @param {Desk} desk @param {Person} person */
const about = (desk, person) => html`
  <div class="stack">
    <div class="row spread">
      <div>
        <h2 id="person-title" dir="auto">${person.name}</h2>
        <p class="soft">${[t(presence(person)), person.team, person.by_hand && t("no_phone"), person.simulated && t("simulated")].filter(Boolean).join(" · ")}</p>
      </div>
      <button class="button quiet" type="button" data-closes>${t("done")}</button>
    </div>
    ${presence(person) === "away" ? press(desk, t("is_here"), "here", { more: { person: person.id } }) : nothing}
    ${person.left ? press(desk, t("is_back"), "restore", { more: { person: person.id } }) : tables(desk, person)} ${naming(desk, person)}
    ${acting(desk, t("remove", { name: person.name }), () => remove(desk, person), { key: "remove", looks: "danger start" })}
  </div>
`;

/** @param {Desk} desk @param {Person} person */
function tables(desk, person) {
  const others = desk.state.groups.filter((group) => group.id !== person.group);
  if (!others.length) return nothing;
  return html`
    <form class="field" @submit=${(/** @type {SubmitEvent} */ event) => moving(desk, person, event)}>
      <label for="person-table">${t("move_to")}</label>
      <div class="row tight nowrap">
        <select id="person-table" name="group" class="grow">
          ${others.map((group) => html`<option value=${group.id}>${t("table_with", { n: group.number, names: group.members.map((/** @type {Person} */ m) => m.name).join(", ") })}</option>`)}
        </select>
        <button class="button" type="submit" aria-disabled=${desk.orders.ready("move") ? nothing : "true"}>${t("move")}</button>
      </div>
    </form>
  `;
}

/** @param {Desk} desk @param {Person} person @param {SubmitEvent} event */
function moving(desk, person, event) {
  event.preventDefault();
  const { group } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  dialog("person").close();
  move(desk, person.id, Number(group));
}

/** Someone goes to another table, from wherever this is asked. @param {Desk} desk @param {any} id @param {any} group */
export async function move(desk, id, group) {
  if (!desk.orders.ready("move")) return;
  const ack = await desk.orders.give("move", { person: id, group });
  const name = desk.state.people.find((person) => person.id === id)?.name ?? "";
  const table = desk.state.groups.find((one) => one.id === group)?.number ?? "";
  if (ack.ok) desk.said.say(t("moved", { name, n: table }), "good");
}

/** @param {Desk} desk @param {Person} person */
const naming = (desk, person) => html`
  <form class="field" @submit=${(/** @type {SubmitEvent} */ event) => rename(desk, person, event)}>
    <label for="person-name">${t("name")}</label>
    <div class="row tight nowrap">
      <input id="person-name" name="name" class="grow" .value=${person.name} maxlength="40" required autocomplete="off" dir="auto">
      <button class="button" type="submit" aria-disabled=${desk.orders.ready("rename") ? nothing : "true"}>${t("rename")}</button>
    </div>
  </form>
`;

/** @param {Desk} desk @param {Person} person @param {SubmitEvent} event */
async function rename(desk, person, event) {
  event.preventDefault();
  const { name } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  if (!desk.orders.ready("rename") || !String(name).trim()) return;
  const ack = await desk.orders.give("rename", { person: person.id, name });
  if (ack.ok) desk.said.say(t("renamed", { name: String(name) }), "good");
}

/** @param {Desk} desk @param {Person} person */
async function remove(desk, person) {
  const ack = await desk.orders.give("remove", { person: person.id });
  if (!ack.ok) return;
  removed.unshift({ id: person.id, name: person.name });
  dialog("person").close();
  desk.said.say(t("removed", { name: person.name }), "", () => desk.orders.give("restore", { person: person.id }));
  desk.draw();
}

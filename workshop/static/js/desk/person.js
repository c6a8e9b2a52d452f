// @ts-check
/** One person: another name, another table, "is here", out of the room. */
import { html, nothing, render } from "../draw.js";
import { t } from "../words.js";
import { choosing } from "./choosing.js";
import { ask, dialog, open } from "./dialogs.js";
import { byName, timeOf } from "./lengths.js";
import { names, presence } from "./names.js";
import { acting, press, thrown } from "./press.js";
import { isOpen } from "./steps.js";
import { keep, leftBehind, sent, typedIn, unsent } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../wire.js").Person} Person */
/** @typedef {Person & { called: string }} Called a person with what to call them, where two have one name */

/** @type {{ id: any, name: string }[]} whom this leader took out, newest first */
export const removed = [];
/** @type {any} */
let shown = null;
/** What lets another phone be the one who is shown. @type {{ pass: string, url: string, expires_at: number } | null} */
let pass = null;

/** @param {Desk} desk @param {any} id */
export function openPerson(desk, id) {
  shown = id;
  pass = null;
  keep("name", null); // nothing typed about somebody else stays in a field
  render(nothing, dialog("person"));
  drawPerson(desk);
  open("person");
}

/** Called at every change: the dialog shows what is so now. @param {Desk} desk */
export function drawPerson(desk) {
  const person = desk.state.people.find(({ id }) => id === shown);
  const seen = person ? about(desk, { ...person, called: calledIn(desk, person) }) : leftBehind(desk, ["name"], "person-title");
  if (seen) render(seen, dialog("person"));
  else dialog("person").close();
}

/** What someone is called where two have one name. @param {Desk} desk @param {{ id: number, name: string } | undefined} person */
const calledIn = ({ state }, person) => names(state.people).get(person?.id ?? 0) ?? person?.name ?? "";

/** @param {Desk} desk @param {Called} person */
const about = (desk, person) => html`
  <div class="stack">
    <div class="row spread">
      <div>
        <h2 id="person-title" dir="auto">${person.called}</h2>
        <p class="soft">${describing(person)}</p>
      </div>
      <button class="button quiet" type="button" data-closes>${t("done")}</button>
    </div>
    ${["away", "never"].includes(presence(person)) ? press(desk, t("is_here"), "here", { more: { person: person.id } }) : nothing}
    ${person.left ? press(desk, t("is_back"), "restore", { more: { person: person.id } }) : tables(desk, person)}
    ${isOpen(desk.state) ? html`${naming(desk, person)} ${person.stand_in ? nothing : html`${same(desk, person)} ${otherPhone(desk, person)}`}` : unsent(desk, "name")}
    ${acting(desk, person.stand_in ? t("stand_up") : t("remove", { name: person.called }), () => remove(desk, person), { key: "remove", looks: "danger start" })}
  </div>
`;

/** "away for a moment · Werk · no phone". @param {Person} person */
const describing = (person) =>
  [t(presence(person)), person.team, person.by_hand && t(person.stand_in ? "stand_in" : "no_phone"), person.simulated && t("simulated")]
    .filter(Boolean)
    .join(" · ");

/** @param {Desk} desk @param {Called} person */
function tables(desk, person) {
  const others = desk.state.groups.filter((group) => group.id !== person.group);
  if (!others.length) return nothing;
  const sitting = (/** @type {import("../wire.js").Group} */ group) => group.members.map((member) => calledIn(desk, member)).join(", ");
  const choices = others.map((group) => ({ id: group.id, name: t("table_with", { n: group.number, names: sitting(group) }) }));
  return html`
    <form class="field" @submit=${(/** @type {SubmitEvent} */ event) => moving(desk, person, event)}>
      <label for="person-table">${t("move_to")}</label>
      <div class="row tight nowrap">
        ${choosing("person-table", t("choose_table"), choices, { name: "group" })}
        <button class="button" type="submit" aria-disabled=${desk.orders.ready("move") ? nothing : "true"}>${t("move")}</button>
      </div>
    </form>
  `;
}

/** @param {Desk} desk @param {Called} person @param {SubmitEvent} event */
function moving(desk, person, event) {
  event.preventDefault();
  const { group } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  dialog("person").close();
  move(desk, person.id, Number(group));
}

/** Someone goes to another table, from wherever this is asked. @param {Desk} desk @param {any} id @param {any} group */
export async function move(desk, id, group) {
  if (!desk.orders.may("move")) return;
  const before = desk.state.people.find((person) => person.id === id)?.group;
  const ack = await desk.orders.give("move", { person: id, group });
  const name = calledIn(
    desk,
    desk.state.people.find((person) => person.id === id),
  );
  const table = desk.state.groups.find((one) => one.id === group)?.number ?? "";
  if (!ack.ok) return;
  if (before == null) desk.said.say(t("moved", { name, n: table }), "good");
  else thrown(desk, t("moved", { name, n: table }));
}

/** Two entries that are one person. @param {Desk} desk @param {Called} person */
function same(desk, person) {
  const called = names(desk.state.people);
  const others = desk.state.people.filter((other) => other.id !== person.id && !other.stand_in);
  const choices = others.map((other) => ({ id: other.id, name: called.get(other.id) ?? other.name })).sort(byName);
  if (!choices.length) return nothing;
  return html`
    <details>
      <summary>${t("came_twice")}</summary>
      <form class="field" @submit=${(/** @type {SubmitEvent} */ event) => merging(desk, person, event)}>
        <label for="person-same">${t("same_as", { name: person.called })}</label>
        <p class="hint">${t("same_hint", { name: person.called })}</p>
        <div class="row tight nowrap">
          ${choosing("person-same", t("choose_person"), choices, { name: "other" })}
          <button class="button" type="submit" aria-disabled=${desk.orders.ready("merge") ? nothing : "true"}>${t("merge")}</button>
        </div>
      </form>
    </details>
  `;
}

/** For who stands there with a flat phone and somebody else's. @param {Desk} desk @param {Called} person */
const otherPhone = (desk, person) => html`
  <details>
    <summary>${t("other_phone")}</summary>
    <div class="stack tight">
      <p class="hint soft small">${t("other_phone_hint", { name: person.called })}</p>
      ${
        pass
          ? html`
              <p class="above">${t("pass_code", { name: person.called })}</p>
              <p><strong class="code pass" translate="no">${pass.pass.replace(/(....)/, "$1 ")}</strong></p>
              <p class="small">${t("pass_until", { time: timeOf(pass.expires_at) })}</p>
              <div class="row tight nowrap">
                <input id="pass-link" class="grow" .value=${pass.url} readonly aria-label=${t("pass_link")}>
                <button class="button" type="button" data-copies="pass-link">${t("copy")}</button>
              </div>
            `
          : acting(desk, t("make_pass", { name: person.called }), () => makePass(desk, person), { key: "pass", looks: "start" })
      }
    </div>
  </details>
`;

/** @param {Desk} desk @param {Called} person */
async function makePass(desk, person) {
  const ack = await desk.orders.give("pass", { person: person.id });
  if (ack.ok && shown === person.id) pass = /** @type {any} */ (ack);
  desk.draw();
}

/** @param {Desk} desk @param {Called} person @param {SubmitEvent} event */
async function merging(desk, person, event) {
  event.preventDefault();
  const { other } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  const found = desk.state.people.find(({ id }) => id === Number(other));
  dialog("person").close();
  if (found) await merge(desk, person, found);
}

/** Cannot be taken back, so it asks. @param {Desk} desk @param {Person} keep @param {Person} other */
export async function merge(desk, keep, other) {
  if (!desk.orders.may("merge")) return;
  const called = names(desk.state.people);
  const both = { one: called.get(keep.id) ?? keep.name, other: called.get(other.id) ?? other.name };
  if (!(await ask(t("merge_question", both), t("merge_text", { name: keep.name }), t("merge")))) return;
  const ack = await desk.orders.give("merge", { people: [keep.id, other.id] });
  if (ack.ok) desk.said.say(t("merged", { name: keep.name }), "good");
}

/** @param {Desk} desk @param {Called} person */
const naming = (desk, person) => html`
  <form class="field" @submit=${(/** @type {SubmitEvent} */ event) => rename(desk, person, event)}>
    <label for="person-name">${t("name")}</label>
    <div class="row tight nowrap">
      <input id="person-name" name="name" class="grow" .value=${typedIn("name") ?? person.name} data-most="40" required autocomplete="off" dir="auto"
        @input=${(/** @type {any} */ { target: { value } }) => keep("name", value === person.name && desk.orders.ready("rename") ? null : value)}>
      <button class="button" type="submit" aria-disabled=${desk.orders.ready("rename") ? nothing : "true"}>${t("rename")}</button>
    </div>
  </form>
`;

/** @param {Desk} desk @param {Called} person @param {SubmitEvent} event */
async function rename(desk, person, event) {
  event.preventDefault();
  const { name } = Object.fromEntries(new FormData(/** @type {HTMLFormElement} */ (event.target)));
  if (!desk.orders.may("rename") || !String(name).trim()) return;
  const ack = await desk.orders.give("rename", { person: person.id, name });
  if (!ack.ok) return;
  sent("name", name);
  desk.said.say(t("renamed", { name: String(name) }), "good");
}

/** @param {Desk} desk @param {Called} person */
async function remove(desk, person) {
  const ack = await desk.orders.give("remove", { person: person.id });
  if (!ack.ok) return;
  keep("name", null);
  dialog("person").close();
  if (person.stand_in) return thrown(desk, t("stood_up"));
  removed.unshift({ id: person.id, name: person.called });
  desk.said.say(t("removed", { name: person.called }), "", () => desk.orders.give("restore", { person: person.id }));
  desk.draw();
}

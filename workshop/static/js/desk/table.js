// @ts-check
/** One table that was opened: who sits there, what it asks, how far it is, and what a leader can do for it. */
import { html, nothing, render } from "../draw.js";
import { roleOf } from "../parts.js";
import { t } from "../words.js";
import { dialog, open } from "./dialogs.js";
import { facts } from "./facts.js";
import { answers } from "./hands.js";
import { openMessage } from "./message.js";
import { names, presence } from "./names.js";
import { move, openPerson } from "./person.js";
import { acting, thrown } from "./press.js";
import { progressAt } from "./progress.js";
import { rows } from "./rows.js";
import { small } from "./seats.js";
import { isOpen, roundInView } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("../wire.js").Group} Group */

/** @type {any} */
let shown = null;

/** @param {Desk} desk @param {any} id */
export function openTable(desk, id) {
  shown = id;
  drawTable(desk);
  open("table");
}

/** Called at every change: the dialog shows what is so now. @param {Desk} desk */
export function drawTable(desk) {
  const group = desk.state.groups.find(({ id }) => id === shown);
  if (group) render(about(desk, group), dialog("table"));
  else dialog("table").close();
}

/** @param {Desk} desk @param {Group} group */
function about(desk, group) {
  const { state } = desk;
  const called = names(state.people);
  const far = progressAt(state, group);
  const writes = state.shown && isOpen(state);
  return html`
    <div class="stack">
      <div class="row spread nowrap">
        <h2 id="table-title">${t("table_n", { n: group.number })}</h2>
        <button class="button quiet" type="button" data-closes>${t("done")}</button>
      </div>
      ${group.topic ? html`<p><span class="chip">${facts.topics[group.topic] ?? group.topic}</span></p>` : nothing}
      ${group.hand_at ? html`<div class="row spread"><p class="raised">${t(group.coming_at != null ? "you_come" : "hand_up")} · <span data-since=${group.hand_at}></span></p>${answers(desk, group)}</div>` : nothing}
      <ul class="people" data-rows>${rows(group.members, (member) => row(desk, member, called))}</ul>
      ${far ? html`<p class="soft">${far}</p>` : nothing} ${small(state).includes(group) && isOpen(state) ? html`<p>${t(`${lacking(state, group)}_hint`)}</p><div class="row tight">${mends(desk, group)}</div>` : nothing}
      ${writes ? acting(desk, t("message"), () => message(desk, group), { key: "notice", looks: "start", label: t("message_table", { n: group.number }) }) : nothing}
    </div>
  `;
}

/** @param {Desk} desk @param {import("../wire.js").Member} member @param {Map<any, string>} called */
function row(desk, member, called) {
  const person = desk.state.people.find(({ id }) => id === member.id);
  const role = member.roles[roundInView(desk.state) - 1];
  return html`
    <li>
      <button class="person" type="button" data-presence=${person ? presence(person) : nothing} @click=${() => openPerson(desk, member.id)}>
        <span class="dot"></span>
        <span class="name grow" dir="auto" translate="no">${called.get(member.id) ?? member.name}</span>
        ${person ? html`<span class="soft small">${t(presence(person))}</span>` : nothing} ${role ? roleOf(role, facts.roles[role]) : nothing}
      </button>
    </li>
  `;
}

/** @param {Desk} desk @param {Group} group */
function message(desk, group) {
  dialog("table").close();
  openMessage(desk, group.id);
}

/** What can be done about a table of one or two, each at one press. @param {Desk} desk @param {Group} group */
export function mends(desk, group) {
  const called = names(desk.state.people);
  return (group.mends ?? []).map((mend) => {
    if (mend.do === "sit_in")
      return acting(desk, t("sit_in"), () => sitIn(desk, group), { key: "sit_in", looks: "small", label: t("sit_in_label", { n: group.number }) });
    const into = (/** @type {number} */ group) => desk.state.groups.find(({ id }) => id === group)?.number ?? "";
    const words = mend.do === "merge" ? t("merge_into", { n: into(mend.into) }) : t("move_over", { name: called.get(mend.person) ?? "" });
    return acting(desk, words, () => mended(desk, group, mend), { key: "move", looks: "small" });
  });
}

/** What a small table lacks in the round that is looked at. @param {State} state @param {Group} group */
export function lacking(state, group) {
  if (group.members.length === 1) return "alone";
  const played = group.members.map((member) => member.roles[roundInView(state) - 1]);
  return played.includes("client") && played.includes("professional") ? "a_pair" : "a_role_free";
}

/** The leader takes the empty chair. @param {Desk} desk @param {Group} group */
async function sitIn(desk, group) {
  const ack = await desk.orders.give("sit_in", { group: group.id, name: t("leader_name") });
  if (ack.ok) thrown(desk, t("sat_in", { n: group.number }));
}

/** @param {Desk} desk @param {Group} group @param {import("../wire.js").Merge | import("../wire.js").MoveOver} mend */
async function mended(desk, group, mend) {
  if (mend.do === "move_over") return move(desk, mend.person, group.id);
  const ack = await desk.orders.give("merge_groups", { group: group.id, into: mend.into }, "move");
  const n = desk.state.groups.find(({ id }) => id === mend.into)?.number ?? "";
  if (ack.ok) thrown(desk, t("groups_merged", { n }));
}

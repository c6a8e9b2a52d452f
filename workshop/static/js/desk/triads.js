// @ts-check
/** *Triads*: the draw and its price, who wishes to sit apart or together, and the board by table. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { board } from "./board.js";
import { ask } from "./dialogs.js";
import { facts } from "./facts.js";
import { lengthOf, listOf } from "./lengths.js";
import { names } from "./names.js";
import { acting } from "./press.js";
import { rounds } from "./steps.js";
import { wishes } from "./wishes.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../state.js").State} State */

/** @param {Desk} desk */
export function triads(desk) {
  const { state } = desk;
  const coming = state.people.filter((person) => !person.left).length;
  const tables = state.groups.length ? board(desk) : nothing;
  const more = coming > 1 ? wishes(desk) : nothing;
  // A draft is there to be drawn again; after that the tables are what a leader looks for.
  return state.shown ? html`${tables} ${draw(desk, coming)} ${more}` : html`${draw(desk, coming)} ${tables} ${more}`;
}

/** @param {Desk} desk @param {number} coming */
const draw = (desk, coming) => html`
  <div class="draw">
    <div class="grow stack tight">
      <p class="standing">${standing(desk.state)}</p>
      <p>${comesTo(sizes(desk.state, coming), coming)}</p>
      ${price(desk.state, sizes(desk.state, coming))}
    </div>
    ${coming > 1 ? drawing(desk) : nothing}
  </div>
`;

/** @param {State} state */
function standing(state) {
  if (!state.groups.length) return t("no_groups");
  return t(state.shown ? "groups_shown" : "groups_draft");
}

/** How many groups of which size there are, or would be. @param {State} state @param {number} coming @returns {Record<string, number>} */
function sizes(state, coming) {
  if (!state.groups.length) return facts.sizes[coming] ?? {};
  /** @type {Record<string, number>} */
  const counted = {};
  for (const group of state.groups) counted[group.members.length] = (counted[group.members.length] ?? 0) + 1;
  return counted;
}

/** "11 people make 2 groups of four and 1 group of three". @param {Record<string, number>} counted @param {number} coming */
function comesTo(counted, coming) {
  if (coming < 2) return t(coming ? "one_waits" : "none_to_draw");
  const parts = Object.keys(counted)
    .sort((one, other) => Number(other) - Number(one))
    .map((size) => t(["2", "3", "4"].includes(size) ? `groups_of_${size}` : "groups_of", { n: counted[size], size }));
  return parts.length ? t("comes_to", { n: coming, parts: listOf(parts) }) : t("people_n", { n: coming });
}

/** What groups of four or more cost: who is left out, and what another round would take. @param {State} state @param {Record<string, number>} counted */
function price(state, counted) {
  const planned = rounds(state);
  const short = Math.max(...Object.keys(counted).map(Number)) - planned;
  const toCome = state.programme.slice(state.step?.index ?? 0).some((step) => step.round);
  if (!(short > 0) || !toCome) return nothing;
  const left = Object.entries(counted).reduce((sum, [size, n]) => sum + n * Math.max(Number(size) - planned, 0), 0);
  return html`
    <p class="price">${t("price", { n: left, rounds: t("rounds", { n: planned }) })} ${t("price_more", { n: short, length: lengthOf(short * facts.round_seconds) })}</p>
    ${state.groups.length ? leftOut(state) : nothing}
  `;
}

/** Who they are. @param {State} state */
function leftOut(state) {
  const called = names(/** @type {any} */ (state.people));
  const members = state.groups.flatMap((group) => group.members);
  /** @param {string} role */
  const without = (role) => members.filter((member) => !member.roles.includes(role)).map((member) => called.get(member.id) ?? member.name);
  return html`
    <details>
      <summary>${t("who_is_not")}</summary>
      <p>${t("not_in_role", { role: facts.roles.client, names: listOf(without("client")) })}</p>
      <p>${t("not_in_role", { role: facts.roles.professional, names: listOf(without("professional")) })}</p>
    </details>
  `;
}

/** @param {Desk} desk */
function drawing(desk) {
  const { groups, shown } = desk.state;
  const words = t(groups.length ? (shown ? "draw_anew" : "shuffle") : "form_groups");
  return acting(desk, words, () => form(desk), { key: "form_groups", looks: groups.length ? "" : "primary" });
}

/** A draft is shuffled at once; what everyone sees only after a question. @param {Desk} desk */
async function form(desk) {
  if (desk.state.shown && !(await ask(t("draw_question"), t("draw_text"), t("draw_anew")))) return;
  const ack = await desk.orders.give("form_groups");
  if (ack.ok) desk.said.say(t("drawn", { n: desk.state.groups.length }), "good");
}

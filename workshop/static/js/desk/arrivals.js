// @ts-check
/** Late comers and leavers, listed at the top with what can be done about them; a leader puts the list away, or it goes by itself. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { added, turns } from "./comings.js";
import { facts } from "./facts.js";
import { listOf } from "./lengths.js";
import { names } from "./names.js";
import { move } from "./person.js";
import { acting, thrown } from "./press.js";
import { few, inDraw, small, smallest, toPractise } from "./seats.js";
import { isOpen } from "./steps.js";
import { lacking, mends } from "./table.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../state.js").State} State */
/** @typedef {import("./comings.js").Turn} Turn */
/** @typedef {import("../wire.js").Group} Group */
/** @typedef {import("../wire.js").Person} Person */

const STAYS = 3 * 60_000; // ms that a leader is told of someone, where there is nothing to do about it
const SINGLY = 3; // so many who came are told one by one

/** @type {Turn[]} */
let known = [];

/** The room has changed. @param {State} before @param {State} after @param {number} now ms @returns {string} what is new, in a sentence */
export function follow(before, after, now) {
  const fresh = turns(before, after, now);
  known = added(known, fresh);
  const came = fresh.filter(({ what }) => what === "came").map(({ name }) => name);
  const went = fresh.filter(({ what }) => what === "went").map(({ name }) => name);
  return [came.length && t("came", { n: came.length, names: listOf(few(came)) }), went.length && t("went", { n: went.length, names: listOf(few(went)) })]
    .filter(Boolean)
    .join(" ");
}

/** @param {Desk} desk */
export function arrivals(desk) {
  const { state } = desk;
  if (!state.shown || !isOpen(state)) return nothing;
  const seated = new Map(state.groups.flatMap((group) => group.members.map((member) => /** @type {const} */ ([member.id, group]))));
  const waiting = toPractise(state) ? inDraw(state.people).filter(({ id }) => !seated.has(id)) : [];
  const lacks = small(state);
  known = known.filter((turn) => desk.now() - turn.at < STAYS || lacks.some(({ id }) => id === turn.group));
  const came = known.filter(({ what, id }) => what === "came" && seated.has(id));
  const went = known.filter(({ what }) => what === "went");
  const alone = lacks.filter(({ id, members }) => members.length === 1 && !went.some(({ group }) => group === id));
  const lines = [
    ...went.map((turn) => left(desk, turn, lacks)),
    ...alone.map((group) => line(desk, t("sits_alone", { n: group.number }), mends(desk, group), [])),
    waiting.length > 1 ? unplaced(desk, waiting) : waiting.map((person) => one(desk, person)),
    ...(came.length > SINGLY
      ? [line(desk, t("came", { n: came.length, names: listOf(few(came.map(({ name }) => name))) }), nothing, came)]
      : came.map((turn) => sits(desk, turn, seated.get(turn.id)))),
  ];
  return lines.flat().length ? html`<ul class="comings" aria-label=${t("comings")}>${lines}</ul>` : nothing;
}

/** @param {Desk} desk @param {string} text @param {unknown} offers @param {Turn[]} turns that are put away with it */
const line = (desk, text, offers, turns) => html`
  <li>
    <p class="grow" dir="auto">${text}</p>
    <div class="row tight">${offers}</div>
    ${
      turns.length
        ? html`<button class="button quiet square" type="button" aria-label=${t("away_with", { text })} @click=${() => {
            known = known.filter((turn) => !turns.includes(turn));
            desk.draw();
          }}>×</button>`
        : nothing
    }
  </li>
`;

/** "Sem is er, aan tafel 3 bij Noor en Jan". @param {Desk} desk @param {Turn} turn @param {Group | undefined} group */
function sits(desk, turn, group) {
  const called = names(desk.state.people);
  if (!group) return nothing;
  const others = group.members.filter((member) => member.id !== turn.id).map((member) => called.get(member.id) ?? member.name);
  return line(desk, t("came_at", { name: called.get(turn.id) ?? turn.name, n: group.number, names: listOf(others) }), nothing, [turn]);
}

/** Someone went, and their table has become small: what can be done about it. @param {Desk} desk @param {Turn} turn @param {Group[]} lacks tables that are too small */
function left(desk, turn, lacks) {
  const group = lacks.find(({ id }) => id === turn.group);
  const { name, number: n } = turn;
  if (group) return line(desk, t(`went_${lacking(desk.state, group)}`, { name, n: group.number }), mends(desk, group), [turn]);
  return line(desk, n ? t("went_from", { name, n }) : t("went", { n: 1, names: name }), nothing, [turn]);
}

/** @param {Desk} desk @param {Person[]} people who wait */
function unplaced(desk, people) {
  const tables = Object.values(facts.sizes[people.length] ?? {}).reduce((sum, n) => sum + n, 0);
  const called = names(desk.state.people);
  const text = t("unplaced", { n: people.length, names: listOf(few(people.map(({ id, name }) => called.get(id) ?? name))) });
  return [
    line(
      desk,
      text,
      acting(desk, t("new_tables", { n: tables }), () => lay(desk, tables), { key: "new_tables", looks: "small" }),
      [],
    ),
  ];
}

/** @param {Desk} desk @param {Person} person who waits alone */
function one(desk, person) {
  const group = smallest(desk.state.groups, desk.state.people);
  const name = names(desk.state.people).get(person.id) ?? person.name;
  const offer = group
    ? acting(desk, t("seat_at", { n: group.number }), () => move(desk, person.id, group.id), {
        key: "move",
        looks: "small",
        label: t("seat_label", { name, n: group.number }),
      })
    : nothing;
  return line(desk, t("unplaced", { n: 1, names: name }), offer, []);
}

/** @param {Desk} desk @param {number} n tables */
async function lay(desk, n) {
  const ack = await desk.orders.give("new_tables");
  if (ack.ok) thrown(desk, t("tables_laid", { n }));
}

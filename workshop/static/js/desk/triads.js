// @ts-check
/** *Triads*: the draw and its price, who wishes to sit apart or together, and the board by table. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { board } from "./board.js";
import { ask } from "./dialogs.js";
import { facts } from "./facts.js";
import { lengthOf, listOf } from "./lengths.js";
import { names } from "./names.js";
import { acting, thrown } from "./press.js";
import { few, inDraw, price, sizesOf, teams, unseen } from "./seats.js";
import { isOpen, roundLength, rounds } from "./steps.js";
import { wishes } from "./wishes.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../state.js").State} State */

let mixes = true; // teams, where people gave one
/** The price that this leader takes, as it was told. */
let taken = "";

/** @param {Desk} desk */
export function triads(desk) {
  const { state } = desk;
  const coming = inDraw(state.people).length;
  const tables = state.groups.length ? board(desk) : nothing;
  const more = coming > 1 && isOpen(state) ? wishes(desk) : nothing;
  // A draft is there to be drawn again; after that the tables are what a leader looks for.
  return state.shown ? html`${tables} ${draw(desk, coming)} ${more}` : html`${draw(desk, coming)} ${tables} ${more}`;
}

/** @param {Desk} desk @param {number} coming */
const draw = (desk, coming) => html`
  <section class="draw" aria-label=${t("the_draw")}>
    <div class="row spread">
      <p><strong class="standing">${standing(desk.state)}</strong> ${comesTo(sizes(desk.state), coming)} ${countsAlong(desk.state)}</p>
      ${coming > 1 && isOpen(desk.state) ? drawing(desk) : nothing}
    </div>
    ${costs(desk)}
  </section>
`;

/** @param {State} state */
function standing(state) {
  if (!state.groups.length) return t("no_groups");
  return t(state.shown ? "groups_shown" : "groups_draft");
}

/** How many groups of which size there are, or would be. @param {State} state @returns {Record<string, number>} */
const sizes = (state) => (state.groups.length ? sizesOf(state.groups) : (facts.sizes[inDraw(state.people).length] ?? {}));

/** "11 people make 2 groups of four and 1 group of three". @param {Record<string, number>} counted @param {number} coming */
function comesTo(counted, coming) {
  if (coming < 2) return t(coming ? "one_waits" : "none_to_draw");
  const parts = Object.keys(counted)
    .sort((one, other) => Number(other) - Number(one))
    .map((size) => t(["2", "3", "4"].includes(size) ? `groups_of_${size}` : "groups_of", { n: counted[size], size }));
  return parts.length ? t("comes_to", { n: coming, parts: listOf(parts) }) : t("people_n", { n: coming });
}

/** Who is drawn along though nobody sees them, and who is not. @param {State} state */
function countsAlong(state) {
  if (state.shown) return "";
  const called = names(state.people);
  /** @param {import("../wire.js").Person[]} people */
  const those = (people) => listOf(few(people.map(({ id, name }) => called.get(id) ?? name)));
  const [away, left] = [unseen(state.people), state.people.filter((person) => person.left)];
  return [
    away.length ? t("counts_along", { n: away.length, names: those(away) }) : "",
    left.length ? t("not_drawn", { n: left.length, names: those(left) }) : "",
  ]
    .filter(Boolean)
    .join(" ");
}

/**
 * What groups of four or more cost, and the choice that is the leader's: a round more, or living with it. Empty where
 * nobody misses anything, or the rounds are over.
 * @param {Desk} desk
 */
function costs(desk) {
  const { state } = desk;
  const planned = rounds(state);
  const { people, more } = price(sizes(state), planned);
  const toCome = state.programme.slice((state.step?.index ?? 0) + 1).some((step) => step.round || step.kind === "plenary");
  if (!planned || !more || !toCome) return nothing;
  const told = t("price", { n: people, rounds: t("rounds", { n: planned }) });
  const who = state.groups.length ? leftOut(state) : nothing;
  if (taken === told) return html`<div class="price"><p class="soft">${told}</p>${who}</div>`;
  const longer = roundLength(state);
  const take = () => {
    taken = told;
    desk.draw();
  };
  return html`
    <div class="price">
      <div class="grow">
        <p>${told} ${t("price_more", { n: more, length: lengthOf(more * longer) })}</p>
        ${who}
      </div>
      ${
        isOpen(state)
          ? html`<div class="row tight">
              ${acting(desk, t("add_round", { n: planned + 1, length: lengthOf(longer) }), () => addRound(desk, planned + 1), { key: "add_round", looks: "small" })}
              <button class="button quiet small" type="button" @click=${take}>${t("live_with_it")}</button>
            </div>`
          : nothing
      }
    </div>
  `;
}

/** @param {Desk} desk @param {number} round */
async function addRound(desk, round) {
  const ack = await desk.orders.give("add_round");
  if (ack.ok) desk.said.say(t("round_added", { n: round }), "good");
}

/** Who they are. @param {State} state */
function leftOut(state) {
  const called = names(state.people);
  const members = state.groups.flatMap((group) => group.members);
  /** @param {import("../parts.js").Role} role */
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
  const { groups, shown, people } = desk.state;
  const words = t(groups.length ? (shown ? "draw_anew" : "shuffle") : "form_groups");
  const looks = groups.length ? "small" : "primary";
  return html`
    <div class="row tight">
      ${acting(desk, words, () => form(desk), { key: "form_groups", looks })}
      ${groups.length > 1 ? acting(desk, t("other_people"), () => form(desk, { other: true }), { key: "form_groups", looks: "quiet small" }) : nothing}
      ${teams(people) > 1 ? mixing(desk) : nothing}
    </div>
  `;
}

/** @param {Desk} desk */
const mixing = (desk) => html`
  <label class="tick">
    <input type="checkbox" .checked=${mixes} @change=${(/** @type {any} */ event) => {
      mixes = event.target.checked;
      desk.draw();
    }}>
    <span>${t("mix_teams")}</span>
  </label>
`;

/**
 * A draft is shuffled at once; what everyone sees only after a question.
 * @param {Desk} desk @param {{ other?: boolean, key?: string, rest?: number }} [options] `other`: not with the same people again; `key` and `rest` (ms) of the button
 */
export async function form(desk, { other = false, key, rest } = {}) {
  const { shown, groups } = desk.state;
  if (shown && !(await ask(t("draw_question"), t("draw_text"), t("draw_anew")))) return;
  const again = groups.length > 0;
  const ack = await desk.orders.give("form_groups", { mix: mixes, ...(other ? { other } : {}) }, key, rest);
  if (!ack.ok) return ack;
  const done = t("drawn", { n: desk.state.groups.length });
  if (again && !shown) thrown(desk, done);
  else desk.said.say(done, "good");
  return ack;
}

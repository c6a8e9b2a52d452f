// @ts-check
/**
 * Who plays what this round. The turn of the roles is a moment of its own: first as it was, then each name travels to
 * what it becomes. A room with many tables sees the roles travel instead: names would be too small to read.
 */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { roleOf } from "../parts.js";
import { t } from "../words.js";
import { fit } from "./fit.js";
import { isLengthy, isLong, namesOf } from "./names.js";
import { becomes, ROLES } from "./roles.js";
import { isStill, moving } from "./turn.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../parts.js").Role} Role */

const MOST_TABLES = 8; // with names
const AS_IT_WAS = 1500; // ms
const MOMENT = 7000; // ms in which there is nothing but the turn on the screen

export class Roster {
  /** @param {HTMLElement} slot @param {HTMLElement} next what each role becomes after this round */
  constructor(slot, next) {
    this.slot = slot;
    this.next = next;
    this.scene = /** @type {HTMLElement} */ (slot.closest(".scene"));
    this.round = 0; // that the room is in
    this.played = 0; // whose roles are on the screen: while they turn, first the one before
  }

  /** @param {State} state @param {number | null} from the round of the step before; null where that was not seen */
  draw(state, from) {
    this.state = state;
    const round = state.step?.round ?? 1;
    if (round !== this.round) {
      clearTimeout(this.turning);
      clearTimeout(this.passing);
      const turns = from === round - 1 && round > 1 && state.groups.length > 0;
      this.round = round;
      this.played = turns && !isStill() ? round - 1 : round;
      this.scene.classList.toggle("turning", turns);
      if (turns && !isStill()) this.turning = setTimeout(() => this.turn(), AS_IT_WAS);
      if (turns) this.passing = setTimeout(() => this.pass(), MOMENT);
    }
    this.render(false);
  }

  /** The moment is over: what each role does now, and what comes after it. */
  pass() {
    this.scene.classList.remove("turning");
    if (this.slot.offsetParent) this.render(false);
  }

  turn() {
    this.played = this.round;
    this.render(true);
  }

  /** @param {boolean} turning */
  render(turning) {
    const { groups, people } = /** @type {State} */ (this.state);
    const many = groups.length > MOST_TABLES;
    const draw = () => {
      render(many ? this.roles(groups) : this.tables(groups, namesOf(people)), this.slot);
      fit(this.slot, { most: many ? 1 : 1.7, boxes: [this.slot, ...this.slot.querySelectorAll("ul")] });
    };
    this.after(groups);
    this.slot.classList.toggle("many", many);
    moving(this.slot, draw, turning);
  }

  /** @param {import("../state.js").Row[]} groups @param {Map<number, string>} names */
  tables(groups, names) {
    return groups.map(
      ({ number, members }) => html`
        <p class="number"><span class="visually-hidden">${t("table", { n: number })}</span><span aria-hidden="true">${number}</span></p>
        ${ROLES.map(
          (role) => html`
            <ul class="names">
              ${members
                .filter((/** @type {any} */ member) => member.roles[this.played - 1] === role)
                .map(
                  (/** @type {any} */ { id, name }) =>
                    html`<li class="role" data-role=${role} data-moves=${id} ?data-long=${isLong(name)} ?data-lengthy=${isLengthy(name)}><span dir="auto">${names.get(id) ?? name}</span></li>`,
                )}
            </ul>
          `,
        )}
      `,
    );
  }

  /** In which column each role of the round before stands now. @param {import("../state.js").Row[]} groups */
  roles(groups) {
    if (this.round < 2) return nothing;
    const now = this.played === this.round;
    return ROLES.map((role) => {
      const were = now ? becomes(groups, role, this.round, this.round - 1) : [role];
      return html`<p class="was">${now ? t("was") : ""} ${either(were, now ? undefined : role)}</p>`;
    });
  }

  /** "Next you are", under each column. @param {import("../state.js").Row[]} groups */
  after(groups) {
    const nexts = ROLES.map((role) => becomes(groups, role, this.round, this.round + 1));
    this.next.hidden = !nexts.some((next) => next.length);
    render(nexts.map((next) => html`<li>${next.length ? html`${t("next")} ${either(next)}` : nothing}</li>`), this.next);
  }
}

/**
 * One role, or more where tables of different sizes turn differently. The first is the one that is seen to travel.
 * @param {Role[]} roles
 * @param {Role} [only]
 */
const either = (roles, only) =>
  roles.map((role, i) => html`${i ? html` ${t("or")} ` : nothing}<span data-moves=${i && !only ? nothing : role}>${roleOf(role, t(role), "badge")}</span>`);

// @ts-check
/**
 * Who plays what this round. The turn of the roles is a moment of its own: first as it was, then each name travels to
 * what it becomes. A room with many tables sees the roles travel instead: names would be too small to read.
 */
import { html, nothing, render } from "../../vendor/lit-html.js";
import { roleOf } from "../parts.js";
import { t } from "../words.js";
import { fit } from "./fit.js";
import { isLong, namesOf } from "./names.js";
import { isStill, moving } from "./turn.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../parts.js").Role} Role */

/** @type {Role[]} each becomes the next one */
const ROLES = ["client", "professional", "observer"];
const MOST_TABLES = 8; // with names
const AS_IT_WAS = 1500; // ms

export class Roster {
  /** @param {HTMLElement} slot */
  constructor(slot) {
    this.slot = slot;
    this.round = 0; // that the room is in
    this.played = 0; // whose roles are on the screen: while they turn, first the one before
  }

  /** @param {State} state @param {number | null} from the round of the step before; null where that was not seen */
  draw(state, from) {
    this.state = state;
    const round = state.step?.round ?? 1;
    if (round !== this.round) {
      clearTimeout(this.turning);
      const turns = from === round - 1 && round > 1 && state.groups.length > 0 && !isStill();
      this.round = round;
      this.played = turns ? round - 1 : round;
      if (turns) this.turning = setTimeout(() => this.turn(), AS_IT_WAS);
    }
    this.render(false);
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
      render(many ? this.roles() : this.tables(groups, namesOf(people)), this.slot);
      fit(this.slot, { most: many ? 1 : 1.7, boxes: [this.slot, ...this.slot.querySelectorAll("ul")] });
    };
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
                    html`<li class="role" data-role=${role} data-moves=${id} ?data-long=${isLong(name)}><span dir="auto">${names.get(id) ?? name}</span></li>`,
                )}
            </ul>
          `,
        )}
      `,
    );
  }

  /** In which column each role of the round before stands now. */
  roles() {
    if (this.round < 2) return nothing;
    const turned = this.played === this.round;
    return ROLES.map((_, i) => {
      const was = ROLES[(i + (turned ? ROLES.length - 1 : 0)) % ROLES.length];
      return html`<p class="was" data-moves=${was}>${turned ? t("was") : ""} ${roleOf(was, t(was), "badge")}</p>`;
    });
  }
}

// @ts-check
/**
 * Who plays what this round. The turn of the roles is a moment of its own: first as it was, then each name travels to
 * what it becomes. Up to eight tables stand in rows under the roles, if that fits; otherwise they are tiles,
 * and there each name has the shape of its role beside it.
 */
import { html, nothing, render } from "../draw.js";
import { roleOf } from "../parts.js";
import { t } from "../words.js";
import { fit, readable } from "./fit.js";
import { isLengthy, isLong, namesOf } from "./names.js";
import { columns, drawPage, pageOf, shapeOf } from "./page.js";
import { becomes, ROLES } from "./roles.js";
import { isStill, moving } from "./turn.js";

/** @typedef {import("../state.js").State} State */
/** @typedef {import("../parts.js").Role} Role */

const MOST_ROWS = 8; // tables under each other
const NAME = 1.7; // rem
const AS_IT_WAS = 1500; // ms
const MOMENT = 7000; // ms in which there is nothing but the turn on the screen

export class Roster {
  /** @param {HTMLElement} slot @param {HTMLElement} next what each role becomes after this round @param {() => void} onPass the moment is over */
  constructor(slot, next, onPass) {
    this.slot = slot;
    this.next = next;
    this.onPass = onPass;
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
      this.scene.dataset.round = String(round);
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
    if (this.slot.offsetParent) this.onPass();
  }

  turn() {
    this.played = this.round;
    this.render(true);
  }

  /** @param {boolean} turning */
  render(turning) {
    clearTimeout(this.paging);
    const { groups, people } = /** @type {State} */ (this.state);
    const names = namesOf(people);
    this.after(groups);
    const boxes = () => [this.slot, .../** @type {NodeListOf<HTMLElement>} */ (this.slot.querySelectorAll("ul"))];
    const rows = () => {
      this.slot.classList.remove("tiles");
      render(this.tables(groups, names), this.slot);
      return fit(this.slot, { most: NAME, least: readable(NAME), boxes: boxes() });
    };
    const tiles = () => {
      this.slot.classList.add("tiles");
      const least = readable(NAME);
      const wide = shapeOf(this.slot);
      const page = drawPage(groups, Date.now(), (seen, trial) => {
        render(this.tiles(seen, names), this.slot);
        return columns(seen.rows.length, wide).some((beside) => {
          this.slot.style.setProperty("--tiles", String(beside));
          return fit(this.slot, { most: trial ? least : NAME, least, boxes: boxes() });
        });
      });
      if (page.pages > 1) this.paging = setTimeout(() => this.slot.offsetParent && this.render(false), page.remaining_ms);
    };
    const draw = () => {
      if (groups.length > MOST_ROWS || !rows()) tiles();
    };
    moving(this.slot, draw, turning);
  }

  /** A row for each table. @param {import("../state.js").Row[]} groups @param {Map<number, string>} names */
  tables(groups, names) {
    return groups.map(
      ({ number, members }) => html`
        ${this.number(number)}
        ${ROLES.map((role) => html`<ul class="names">${this.players(members, role, names)}</ul>`)}
      `,
    );
  }

  /** A tile for each table; of more than fit, some at a time. @param {import("./page.js").Page} page @param {Map<number, string>} names */
  tiles({ rows, from, of, pages }, names) {
    return html`
      ${rows.map(
        ({ number, members }) => html`
          <section class="tile">
            ${this.number(number)}
            <ul class="names">${ROLES.map((role) => this.players(members, role, names))}</ul>
          </section>
        `,
      )}
      ${pages > 1 ? html`<p class="page">${pageOf(from, rows.length, of)}</p>` : nothing}
    `;
  }

  /** @param {number} number */
  number(number) {
    return html`<p class="number"><span class="visually-hidden">${t("table", { n: number })}</span><span aria-hidden="true">${number}</span></p>`;
  }

  /** Those of a table who play this role. @param {any[]} members @param {Role} role @param {Map<number, string>} names */
  players(members, role, names) {
    return members
      .filter(({ roles }) => roles[this.played - 1] === role)
      .map(
        ({ id, name }) =>
          html`<li class="role" data-role=${role} data-moves=${id} ?data-long=${isLong(name)} ?data-lengthy=${isLengthy(name)}><span class="visually-hidden">${t(role)}: </span><span dir="auto">${names.get(id) ?? name}</span></li>`,
      );
  }

  /** "Next you are", under each column. @param {import("../state.js").Row[]} groups */
  after(groups) {
    const nexts = ROLES.map((role) => becomes(groups, role, this.round, this.round + 1));
    this.next.hidden = !nexts.some((next) => next.length);
    render(
      nexts.map((next) => html`<li>${next.length ? html`${t("next")} ${either(next)}` : nothing}</li>`),
      this.next,
    );
  }
}

/** One role, or more where tables of different sizes turn differently. @param {Role[]} roles */
const either = (roles) => roles.map((role, i) => html`${i ? html` ${t("or")} ` : nothing}<span>${roleOf(role, t(role), "badge")}</span>`);

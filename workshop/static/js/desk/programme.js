// @ts-check
/** The programme as a list: where the room is, when each step begins and how long it takes, and a way to change all of it. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { extras } from "./extras.js";
import { lengthOf, timeOf } from "./lengths.js";
import { dropped, isLoose, openings } from "./order.js";
import { beginnings } from "./pace.js";
import { planning, startOf } from "./plan.js";
import { acting } from "./press.js";
import { openInsert, openStep, put, setLength } from "./step.js";
import { isOpen, rounds } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../wire.js").ProgrammeStep} Step */

const FEW = 2; // steps that have been: more of them stand folded away

/** @param {Desk} desk */
export function programme(desk) {
  const { state } = desk;
  const at = state.step?.index ?? 0;
  const begins = state.step ? beginnings(state.programme, state.step, desk.now(), startOf(desk)) : new Map();
  const lines = state.programme.map((step) => line(desk, step, at, begins.get(step.index)));
  const been = at > FEW ? at : 0;
  return html`
    ${planning(desk)}
    ${been ? html`<details class="been"><summary>${t("been", { n: been })}</summary><ol class="agenda">${lines.slice(0, been)}</ol></details>` : nothing}
    <ol class="agenda">${lines.slice(been)}</ol>
    ${
      isOpen(state) && openings(state.programme, at).length
        ? acting(desk, t("insert_step"), () => openInsert(desk), { key: "insert_step", looks: "quiet" })
        : nothing
    }
    ${isOpen(state) ? extras(desk) : nothing}
  `;
}

/** @param {Desk} desk @param {Step} step @param {number} at @param {number | undefined} begins ms */
function line(desk, step, at, begins) {
  const { programme } = desk.state;
  const round = programme[step.index - 1]?.round === step.round ? null : step.round; // that it opens
  const here = step.index === at;
  const loose = isLoose(step, at);
  return html`
    ${round ? html`<li class="round">${t("round_of", { n: round, of: rounds(desk.state) })}</li>` : nothing}
    <li class="step" data-step=${step.index} data-kind=${step.kind} ?data-done=${step.index < at} ?data-round=${step.round !== null} ?data-loose=${loose}>
      ${loose ? html`<span class="grip" aria-hidden="true"></span>` : nothing}
      <button class="open" type="button" aria-current=${here ? "step" : nothing} aria-haspopup="dialog" @click=${() => openStep(desk, step.index)}>
        <span class="title" dir="auto">${step.title}</span>
        ${here ? html`<span class="chip" data-tone="good">${t("now")}</span>` : nothing}
        <span class="when soft small">${[begins && timeOf(begins), step.auto_advance && t("by_clock"), desk.state.own_notes[step.index] && t("own_note_there")].filter(Boolean).join(" · ")}</span>
      </button>
      ${step.index > at && isOpen(desk.state) ? lengths(desk, step) : html`<span class="length soft small">${step.seconds ? lengthOf(step.seconds) : nothing}</span>`}
    </li>
  `;
}

/** A minute less or more, at a tap. @param {Desk} desk @param {Step} step */
function lengths(desk, step) {
  if (!step.seconds) return html`<span class="length soft small">${t("no_clock")}</span>`;
  const said = step.round ? t("in_round", { title: step.title, round: step.round }) : step.title;
  /** @param {number} by @param {string} words @param {string} label */
  const change = (by, words, label) =>
    acting(desk, words, () => setLength(desk, step, step.seconds + by), {
      key: `length ${step.index}`,
      looks: "quiet square",
      label: t(label, { title: said }),
    });
  return html`
    <span class="length">
      ${change(step.seconds > 60 ? -60 : 60 - step.seconds, "−", "shorter_label")}
      <span class="minutes">${lengthOf(step.seconds)}</span>
      ${change(60, "+", "longer_label")}
    </span>
  `;
}

/** A step was dragged onto another one. @param {Desk} desk @param {HTMLElement} from @param {HTMLElement} onto */
export function dragged(desk, from, onto) {
  const { programme, step } = desk.state;
  const [one, other] = [from, onto].map((row) => programme[Number(row.dataset.step)]);
  const to = one && other && dropped(programme, one, other, step?.index ?? 0);
  if (to != null) put(desk, one, to);
}

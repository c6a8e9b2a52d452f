// @ts-check
/** The programme as a list: where the room is, how long each step is planned, and a way to each of them. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { ask } from "./dialogs.js";
import { lengthOf } from "./lengths.js";
import { rounds } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */

/** @param {Desk} desk */
export function programme(desk) {
  const { state } = desk;
  const at = state.step?.index ?? 0;
  const left = state.programme.slice(at + 1).reduce((sum, step) => sum + step.seconds, 0);
  return html`
    ${left ? html`<p class="soft">${t("still_planned", { length: lengthOf(left) })}</p>` : nothing}
    <ol class="agenda">${state.programme.map((step) => line(desk, step, at))}</ol>
  `;
}

/** @param {Desk} desk @param {Record<string, any>} step @param {number} at */
function line(desk, step, at) {
  const { programme } = desk.state;
  const opensRound = step.round && programme[step.index - 1]?.round !== step.round;
  const here = step.index === at;
  return html`
    ${opensRound ? html`<li class="round">${t("round_of", { n: step.round, of: rounds(desk.state) })}</li>` : nothing}
    <li ?data-done=${step.index < at} ?data-round=${step.round !== null}>
      <button type="button" aria-current=${here ? "step" : nothing} aria-disabled=${!here && desk.orders.ready("go") ? nothing : "true"}
        @click=${() => here || go(desk, step, at)}>
        <span class="title">${step.title}${here ? html` <span class="chip" data-tone="good">${t("now")}</span>` : nothing}</span>
        <span class="soft small">${step.auto_advance ? html`${t("by_clock")} · ` : nothing}${step.seconds ? lengthOf(step.seconds) : t("no_clock")}</span>
      </button>
    </li>
  `;
}

/** A neighbour at once; further away after a question. @param {Desk} desk @param {Record<string, any>} step @param {number} at */
async function go(desk, step, at) {
  if (!desk.orders.ready("go")) return;
  const far = Math.abs(step.index - at) > 1;
  const title = step.round ? t("in_round", { title: step.title, round: step.round }) : step.title;
  const text = step.index > at ? t("go_ahead", { n: step.index - at - 1 }) : t("go_back");
  if (!far || (await ask(t("go_question", { title }), text, t("go_yes", { title: step.title })))) {
    desk.orders.give("go", { index: step.index }, "go");
  }
}

// @ts-check
/** When the afternoon is to begin, from when to when it will last, and a field to set it. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { lasting, timeOf } from "./lengths.js";
import { pace, plannedStart } from "./pace.js";
import { isOpen } from "./steps.js";
import { notSaved, save, typedIn } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */

/** The moment (ms) that was planned for it; null where none counts. @param {Desk} desk */
export const startOf = ({ state, now }) => (state.step ? plannedStart(state.step, facts.zone, now()) : null);

/** How the afternoon stands: see `pace`. @param {Desk} desk */
export const standing = (desk) => pace(desk.state.programme, /** @type {any} */ (desk.state.step), desk.now(), startOf(desk));

/** "13:00–16:10, 3 hours 10 minutes"; where nobody said when it begins, how long it takes. @param {Desk} desk */
export function span(desk) {
  const { begun, begins, ends } = standing(desk);
  const length = lasting((ends - begins) / 1000);
  return begun || startOf(desk) !== null ? t("span", { from: timeOf(begins), to: timeOf(ends), length }) : t("in_all", { length });
}

/** Above the programme: what it comes to, and before the room has begun when that is to be. @param {Desk} desk */
export function planning(desk) {
  const { step } = desk.state;
  if (!step) return nothing;
  const lasts = html`<strong class="span">${span(desk)}</strong>`;
  if (step.began_at != null || !isOpen(desk.state)) return html`<p class="planning">${lasts}</p>`;
  const elsewhere = new Intl.DateTimeFormat().resolvedOptions().timeZone !== facts.zone;
  const say = (/** @type {any} */ { target }) => save("plan", target.value, (text) => desk.orders.give("plan", { start: text || null }));
  return html`
    <p class="planning">
      <label for="planned-start">${t("planned_start")}</label>
      <input id="planned-start" type="time" .value=${typedIn("plan") ?? step.planned_start ?? ""} @change=${say}> ${notSaved("plan")}
      ${elsewhere ? html`<span class="small soft">${facts.zone}</span>` : nothing} ${lasts}
    </p>
  `;
}

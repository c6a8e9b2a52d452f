// @ts-check
/** What a leader may switch on as an extra: the observer's deepenings, and an example per table after the check-in. */
import { html } from "../draw.js";
import { t } from "../words.js";

/** @typedef {import("./press.js").Desk} Desk */

const EXTRAS = ["questions", "logics", "examples", "look_first"];

/** @param {Desk} desk */
export function extras(desk) {
  const { programme, step } = desk.state;
  const on = step?.extras ?? [];
  const fitting = EXTRAS.filter((extra) => extra !== "examples" || programme.some(({ kind }) => kind === "check_in"));
  return html`
    <fieldset class="stack tight">
      <legend>${t("extras")}</legend>
      ${fitting.map((extra) => choice(desk, extra, on))}
    </fieldset>
  `;
}

/** @param {Desk} desk @param {string} extra @param {string[]} on */
function choice(desk, extra, on) {
  const turn = async (/** @type {any} */ event) => {
    const wanted = event.target.checked ? [...on, extra] : on.filter((one) => one !== extra);
    const ack = await desk.orders.give("extras", { on: wanted });
    if (!ack.ok) event.target.checked = on.includes(extra);
  };
  return html`
    <label class="choice"><input type="checkbox" .checked=${on.includes(extra)} @change=${turn}>
      <span>${t(`extra_${extra}`)}<small>${t(`extra_${extra}_hint`)}</small></span></label>
  `;
}

// @ts-check
/** What a leader may switch on as an extra: the observer's deepenings, and an example per table after the check-in. */
import { html } from "../draw.js";
import { t } from "../words.js";
import { notSaved, save, typedIn } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */

const EXTRAS = ["questions", "logics", "examples", "look_first"];

/** @param {Desk} desk */
export function extras(desk) {
  const { programme } = desk.state;
  const fitting = EXTRAS.filter((extra) => extra !== "examples" || programme.some(({ kind }) => kind === "check_in"));
  return html`
    <fieldset class="stack tight">
      <legend>${t("extras")}</legend>
      ${fitting.map((extra) => choice(desk, extra))} ${notSaved("extras")}
    </fieldset>
  `;
}

/** Those that are on, or are to be. @param {Desk} desk */
const wanted = ({ state }) => listed(typedIn("extras") ?? state.step?.extras?.join(" ") ?? "");

/** @param {string} text */
const listed = (text) => text.split(" ").filter(Boolean);

/** @param {Desk} desk @param {string} extra */
function choice(desk, extra) {
  const on = wanted(desk);
  const turn = async (/** @type {any} */ { target }) => {
    const others = wanted(desk).filter((one) => one !== extra); // two quick ticks are both meant
    const text = (target.checked ? [...others, extra] : others).join(" ");
    await save("extras", text, (text) => desk.orders.give("extras", { on: listed(text) }));
    target.checked = wanted(desk).includes(extra);
  };
  return html`
    <label class="choice"><input type="checkbox" .checked=${on.includes(extra)} @change=${turn}>
      <span>${t(`extra_${extra}`)}<small>${t(`extra_${extra}_hint`)}</small></span></label>
  `;
}

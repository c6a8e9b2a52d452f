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

/** Those that are on, with what is to be switched: what another leader switches meanwhile stays. @param {string[]} on @param {string} switches such as "+questions -logics" */
const switched = (on, switches) =>
  listed(switches).reduce((all, one) => {
    const others = all.filter((extra) => extra !== one.slice(1));
    return one[0] === "+" ? [...others, one.slice(1)] : others;
  }, on);

/** @param {Desk} desk */
const wanted = ({ state }) => switched(state.step?.extras ?? [], typedIn("extras") ?? "");

/** @param {string} text */
const listed = (text) => text.split(" ").filter(Boolean);

/** @param {Desk} desk @param {string} extra */
function choice(desk, extra) {
  const on = wanted(desk);
  const turn = async (/** @type {any} */ { target }) => {
    const others = listed(typedIn("extras") ?? "").filter((one) => one.slice(1) !== extra); // two quick ticks are both meant
    const text = [...others, `${target.checked ? "+" : "-"}${extra}`].join(" ");
    await save("extras", text, (text) => desk.orders.give("extras", { on: switched(desk.state.step?.extras ?? [], text) }));
    target.checked = wanted(desk).includes(extra);
  };
  return html`
    <label class="choice"><input type="checkbox" .checked=${on.includes(extra)} @change=${turn}>
      <span>${t(`extra_${extra}`)}<small>${t(`extra_${extra}_hint`)}</small></span></label>
  `;
}

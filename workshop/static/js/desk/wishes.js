// @ts-check
/** Two people apart, or together: wishes for the next draw. */
import { html } from "../draw.js";
import { t } from "../words.js";
import { choosing } from "./choosing.js";
import { byName } from "./lengths.js";
import { names } from "./names.js";
import { acting } from "./press.js";

/** @typedef {import("./press.js").Desk} Desk */

/** @param {Desk} desk */
export function wishes(desk) {
  const { state } = desk;
  const called = names(state.people);
  const known = state.wishes.filter((wish) => wish.people.every((/** @type {any} */ id) => called.has(id)));
  const choices = [...called].map(([id, name]) => ({ id, name })).sort(byName);
  return html`
    <details class="wishes" ?open=${known.length > 0}>
      <summary>${t("wishes")}</summary>
      <p class="soft small">${t("wishes_hint")}</p>
      <div class="row tight">${["one", "other"].map((which) => choosing(`wish-${which}`, t(`${which}_person`), choices, { label: t(`${which}_person`) }))}</div>
      <div class="row tight">
        ${acting(desk, t("apart"), () => wish(desk, "apart"), { key: "wish" })} ${acting(desk, t("together"), () => wish(desk, "together"), { key: "wish" })}
      </div>
      <ul class="known">${known.map((one) => line(desk, one, called))}</ul>
    </details>
  `;
}

/** @param {Desk} desk @param {import("../wire.js").Wish} wish @param {Map<any, string>} called */
const line = (desk, wish, called) => html`
  <li class="row spread">
    <span dir="auto">${t(`${wish.kind}_two`, { one: called.get(wish.people[0]) ?? "", other: called.get(wish.people[1]) ?? "" })}</span>
    ${acting(desk, t("forget"), () => desk.orders.give("free", { people: wish.people }, "wish"), { key: "wish", looks: "quiet" })}
  </li>
`;

/** @param {Desk} desk @param {"apart" | "together"} kind */
async function wish(desk, kind) {
  const fields = ["wish-one", "wish-other"].map((id) => /** @type {HTMLSelectElement} */ (document.getElementById(id)));
  const people = fields.map((field) => Number(field.value));
  if (!people[0] || !people[1] || people[0] === people[1]) return desk.said.say(t("choose_two"), "warning");
  const ack = await desk.orders.give(kind, { people }, "wish");
  if (!ack.ok) return;
  for (const field of fields) field.value = "";
  desk.said.say(t(desk.state.groups.length ? "wish_next_draw" : "wish_kept"), "good");
}

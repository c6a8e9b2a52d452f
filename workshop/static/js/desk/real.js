// @ts-check
/** Whether what simulated people write counts, said wherever a leader looks; and at the closing, that those people can go. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { acting, press, thrown } from "./press.js";

/** @typedef {import("./press.js").Desk} Desk */
/** @typedef {import("../state.js").State} State */

let leftThere = false; // this leader said so: asked once

/** Those who count: once the room is real nobody simulated does. @param {State} state */
export const counting = ({ people, step }) => people.filter((person) => !(step?.real && person.simulated));

/** @param {Desk} desk */
export function real(desk) {
  const { people, step } = desk.state;
  const n = people.filter((person) => person.simulated).length;
  if (!n || !step) return nothing;
  if (step.real && step.kind === "closing" && !leftThere) return asking(desk, n);
  const says = step.real ? "real_now" : step.real === false ? "real_not" : "real_not_yet";
  return html`
    <div class="notice small simulated" data-tone=${step.real ? "" : "warning"}>
      <p>${t(says, { n })}</p>
      <div class="row tight">
        ${step.real ? nothing : press(desk, t("this_is_real"), "real", { looks: "small" })}
        ${step.real === false ? nothing : press(desk, t("it_is_a_rehearsal"), "real", { more: { on: false }, key: "rehearsal", looks: "quiet small" })}
      </div>
    </div>
  `;
}

/** @param {Desk} desk @param {number} n */
function asking(desk, n) {
  const leave = () => {
    leftThere = true;
    desk.draw();
  };
  return html`
    <div class="notice asks simulated" data-tone="warning">
      <p>${t("take_away_question", { n })}</p>
      <div class="row tight">
        ${acting(desk, t("take_away"), () => takeAway(desk), { key: "take_away", looks: "start" })}
        <button class="button quiet" type="button" @click=${leave}>${t("leave_them")}</button>
      </div>
    </div>
  `;
}

/** @param {Desk} desk */
async function takeAway(desk) {
  const ack = await desk.orders.give("take_away");
  if (ack.ok) thrown(desk, t("taken_away"));
}

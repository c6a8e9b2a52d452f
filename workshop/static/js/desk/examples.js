// @ts-check
/** A moment of its own after the check-in: the leader opens it, each table writes an example, the screen shows them. */
import { html, nothing } from "../draw.js";
import { reading } from "../countdown.js";
import { t } from "../words.js";
import { all } from "./lines.js";
import { acting, press } from "./press.js";
import { isOpen } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */

const COLUMN = "example";
const MINUTES = 5; // for the moment, where less is left of the step

/** Is the room at it? @param {import("../state.js").State} state */
export const areOpen = ({ step }) => step?.kind === "check_in" && step.wall?.column === COLUMN && step.extras.includes("examples");

/** @param {Desk} desk */
export function examples(desk) {
  const { state } = desk;
  if (state.step?.kind !== "check_in" || !isOpen(state)) return nothing;
  const n = all(state).filter((post) => !post.off && post.column === COLUMN).length;
  return html`
    <div class="row tight">
      ${
        areOpen(state)
          ? html`<span>${t("examples_so_far", { n })}</span>
              ${press(desk, t("examples_close"), "wall_page", { more: { column: null, page: 0 }, key: "examples", looks: "quiet" })}`
          : acting(desk, t("examples_open", { n: MINUTES }), () => open(desk), { key: "examples" })
      }
    </div>
  `;
}

/** @param {Desk} desk */
async function open(desk) {
  const { extras, clock } = /** @type {any} */ (desk.state.step);
  if (!extras.includes("examples") && !(await desk.orders.give("extras", { on: [...extras, "examples"] }, "examples")).ok) return;
  const ack = await desk.orders.give("wall_page", { column: COLUMN, page: 0 }, "examples");
  if (!ack.ok) return;
  const seconds = Math.round((MINUTES * 60_000 - Math.max(0, reading(clock, desk.now()).ms)) / 1000);
  if (clock.length && seconds > 0) await desk.orders.give("add", { seconds }, "examples");
  desk.show("wall");
}

// @ts-check
/** The door of the room: open, or locked for who is not in yet; and the last thing that can be taken back. */
import { html } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { acting, press, undo } from "./press.js";
import { isOpen } from "./steps.js";

/** Is it locked? @param {import("../state.js").State} state @returns {boolean} */
export const isLocked = (state) => state.step?.locked ?? state.room?.locked ?? false;

/** @param {import("./press.js").Desk} desk */
export function door(desk) {
  if (!isOpen(desk.state)) return html`<p class="soft">${t("closed_now")}</p>`;
  const locked = isLocked(desk.state);
  return html`
    <p>${t(locked ? "door_locked" : "door_open")}</p>
    <div class="row tight">
      ${press(desk, t(locked ? "unlock" : "lock"), locked ? "unlock" : "lock", { key: "lock" })}
      ${acting(desk, t("undo_last"), () => undo(desk), { key: "undo", looks: "quiet" })}
    </div>
  `;
}

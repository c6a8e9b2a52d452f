// @ts-check
/** The door of the room: open, or locked for anyone who is not in yet. */
import { html } from "../draw.js";
import { t } from "../words.js";
import { press } from "./press.js";
import { isOpen } from "./steps.js";

/** Is it locked? @param {import("../state.js").State} state @returns {boolean} */
export const isLocked = (state) => state.step?.locked ?? state.room?.locked ?? false;

/** @param {import("./press.js").Desk} desk */
export function door(desk) {
  if (!isOpen(desk.state)) return html`<p class="soft">${t("closed_now")}</p>`;
  const locked = isLocked(desk.state);
  return html`
    <p>${t(locked ? "door_locked" : "door_open")}</p>
    ${press(desk, t(locked ? "unlock" : "lock"), locked ? "unlock" : "lock", { key: "lock", looks: "start" })}
  `;
}

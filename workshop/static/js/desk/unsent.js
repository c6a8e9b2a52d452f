// @ts-check
/** What was typed on the desk and went nowhere: it is there until it is sent, or thrown away by hand. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";

/** @type {Map<string, string>} by the field in which it is typed */
const typed = new Map();

/** @param {string} field */
export const typedIn = (field) => typed.get(field);

/** @param {string} field @param {string | null} text null: it was sent, or thrown away */
export function keep(field, text) {
  if (text === null) typed.delete(field);
  else typed.set(field, text);
}

/** Where it cannot be sent any more: to read and to copy. @param {import("./press.js").Desk} desk @param {string} field */
export function unsent(desk, field) {
  const text = typedIn(field);
  if (!text?.trim()) return nothing;
  const away = () => {
    keep(field, null);
    desk.draw();
  };
  return html`
    <div class="notice asks" data-unsent>
      <p class="soft small">${t("unsent")}</p>
      <p class="own" dir="auto">${text}</p>
      <button class="button quiet start" type="button" @click=${away}>${t("throw_away")}</button>
    </div>
  `;
}

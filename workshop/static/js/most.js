// @ts-check
/** A field takes everything that is written or pasted in it. A text that is too long stays there, says by how much, and is not sent. */
import { t } from "./words.js";

/** By how many characters a text is longer than will be kept. @param {string | undefined} text @param {number} most */
export const over = (text, most) => Math.max(0, [...tidy(text)].length - most);

/** As the server will keep it. @param {string | undefined} text */
export const tidy = (text) => (text ?? "").replaceAll("\r\n", "\n").normalize("NFC").trim();

/** Fields that say how much they take (`data-most`) keep their form from being sent while it is more. */
export function heed() {
  for (const event of ["input", "invalid"]) document.addEventListener(event, ({ target }) => tell(/** @type {any} */ (target), event === "input"), true);
}

/** @param {HTMLInputElement} field @param {boolean} aloud */
function tell(field, aloud) {
  const most = Number(field.dataset?.most);
  if (!most) return;
  const n = over(field.value, most);
  field.setCustomValidity(n ? t("error.long", { n }) : "");
  if (n && aloud) field.reportValidity();
}

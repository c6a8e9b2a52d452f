// @ts-check
/** Copying an address. Plain http has no clipboard: then the text is selected and copied the old way. */
import { t } from "../words.js";

/** @param {(text: string, tone?: string) => void} say */
export function listen(say) {
  document.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-copies]");
    if (!(button instanceof HTMLElement)) return;
    const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copies ?? ""));
    if (await copied(field)) say(t("copied"), "good");
    else say(t("copy_yourself"), "warning");
  });
}

/** @param {HTMLInputElement} field */
async function copied(field) {
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}

// @ts-check
/** The links of the room: copying them, and when each was used. Plain http has no clipboard: then the text is selected and copied the old way. */
import { t } from "../words.js";
import { momentOf } from "./lengths.js";

/** When each was used last. One that was replaced since this page was loaded is none any more. @param {import("../wire.js").Links | null} links */
export function draw(links) {
  for (const told of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-link]"))) {
    const link = links?.[/** @type {keyof import("../wire.js").Links} */ (told.dataset.link)];
    if (!link) continue;
    const old = String(link.since ?? "") !== told.dataset.made;
    for (const part of told.closest(".field")?.querySelectorAll("[data-current]") ?? []) part.toggleAttribute("hidden", old);
    if (old) told.textContent = t("link_old", { when: momentOf(link.since ?? 0) });
    else told.textContent = link.used ? t("link_used", { when: momentOf(link.used) }) : t("link_unused");
  }
}

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

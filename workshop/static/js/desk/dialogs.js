// @ts-check
/** The dialogs of the page: one that asks, and those that stand in the page with their words. */
import { html, render } from "../draw.js";
import { t } from "../words.js";

/** @param {string} id @returns {HTMLDialogElement} */
export const dialog = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));

/** What the page says: what stands behind a dialog can be neither heard nor pressed, so it goes along to whatever is in front. */
const speaking = () => ["said", "aloud"].map((id) => document.getElementById(id)).filter((one) => one !== null);

/** Opens a dialog where it is not open yet. @param {string} id */
export function open(id) {
  if (dialog(id).open) return;
  dialog(id).showModal();
  dialog(id).prepend(...speaking()); // once the focus has its place, and before what lit draws: that clears all that follows
}

/** Is there one in front of the page? */
export const anyOpen = () => document.querySelector("dialog[open]") !== null;

/**
 * Asks before something that is not easily taken back.
 * @param {string} question
 * @param {string} text what will happen
 * @param {string} yes words on the button that does it
 * @returns {Promise<boolean>}
 */
export function ask(question, text, yes) {
  const place = dialog("ask");
  const answer = html`
    <form method="dialog" class="stack">
      <h2 id="ask-title">${question}</h2>
      <p>${text}</p>
      <div class="row">
        <button class="button primary" value="yes">${yes}</button>
        <button class="button" value="no" autofocus>${t("rather_not")}</button>
      </div>
    </form>
  `;
  place.returnValue = "";
  render(answer, place);
  open("ask");
  return new Promise((resolve) => {
    place.addEventListener("close", () => resolve(place.returnValue === "yes"), { once: true });
  });
}

/** Buttons with data-opens open the dialog they name; those with data-closes close the one they stand in. */
export function listen() {
  document.addEventListener(
    "close", // does not bubble
    ({ target }) => {
      const held = speaking().filter((one) => target instanceof Element && target.contains(one));
      const front = document.querySelector("dialog[open]");
      if (front) front.prepend(...held);
      else document.body.append(...held);
    },
    { capture: true },
  );
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-opens], [data-closes]");
    if (button instanceof HTMLElement && button.dataset.opens) open(button.dataset.opens);
    else if (button) button.closest("dialog")?.close();
  });
}

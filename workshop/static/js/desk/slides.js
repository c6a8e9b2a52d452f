// @ts-check
/** *Slides*, during the talk: the one that the room sees, and the one that the next press shows. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { following, withLength } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */

/** Each slide as the page brought it, drawn once. @type {Map<number, Node>} */
const drawn = new Map();

/** @param {Desk} desk */
export function slides({ state }) {
  if (state.step?.kind !== "talk") return nothing;
  const at = state.step.slide ?? 0;
  const after = following(state);
  return html`
    <div class="slides">
      <figure>
        <figcaption class="above">${t("slide_now", { n: at + 1, of: facts.slides.length })}</figcaption>
        ${picture(at)}
      </figure>
      <figure data-next>
        <figcaption class="above">${t("slide_then")}</figcaption>
        ${at + 1 < facts.slides.length ? picture(at + 1) : after ? html`<p class="slide-of"><strong>${withLength(after)}</strong></p>` : nothing}
      </figure>
    </div>
  `;
}

/** @param {number} n */
function picture(n) {
  const page = /** @type {HTMLTemplateElement} */ (document.getElementById("slides"));
  if (!drawn.has(n)) drawn.set(n, document.importNode(page.content.children[n], true));
  return drawn.get(n);
}

// @ts-check
/** *Next*, under the thumb: one button that says what it will do, and what comes after it. */
import { html, nothing } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { clockHand } from "./now.js";
import { acting, press } from "./press.js";
import { carriesOn, following, isOpen, pressing, withLength } from "./steps.js";
import { costs } from "./triads.js";

/** @typedef {import("./press.js").Desk} Desk */

const REST = 600; // ms: the second half of a double tap must not take the next step along

/** @param {Desk} desk */
export function next(desk) {
  const { state } = desk;
  const step = following(state);
  if (!state.step) return nothing;
  if (!step) return atTheEnd(desk);
  const slide = nextSlide(state);
  const says = slide ? t("next_slide", { title: slide.title }) : pressing(step, carriesOn(state));
  const words = html`<span class="grow">${says}</span><kbd aria-hidden="true">${t("space")}</kbd>`;
  return html`
    ${carriesOn(state) && !slide ? html`<p class="itself">${t("by_itself", { title: withLength(step) })}</p>` : nothing}
    ${step.kind === "groups" ? costs(desk) : nothing}
    <div id="next-button">${acting(desk, words, () => pressNext(desk), { key: "next", looks: "primary large block" })}</div>
    <p class="after">${after(state, slide)}</p>
    ${slide ? press(desk, t("skip_slides", { title: step.title }), "next", { looks: "quiet", key: "skip" }) : nothing}
    <div class="thumb">${clockHand(desk)}</div>
  `;
}

/** What comes after the press, and who brings it. @param {import("../state.js").State} state @param {unknown} slide */
function after(state, slide) {
  const [step, later] = [following(state), following(state, 2)];
  if (slide && step) return t("after_slides", { title: withLength(step) });
  if (!step || !later) return t("after_last");
  return t(step.auto_advance ? "after_by_clock" : "after_by_you", { title: withLength(later) });
}

/** @param {import("../state.js").State} state */
function nextSlide(state) {
  return state.step?.kind === "talk" ? facts.slides[(state.step.slide ?? 0) + 1] : undefined;
}

/** @param {Desk} desk */
export async function pressNext(desk) {
  if (!desk.orders.ready("next") || !following(desk.state)) return;
  const onward = nextSlide(desk.state);
  if (onward) return void desk.orders.give("slide", { to: (desk.state.step?.slide ?? 0) + 1 }, "next");
  const ack = await desk.orders.give("next");
  if (ack.ok) desk.orders.rest("next", REST);
}

/** @param {Desk} desk */
function atTheEnd(desk) {
  if (!isOpen(desk.state)) return html`<p class="after">${t("closed_now")}</p>`;
  return html`
    <p class="after">${t("last_step")}</p>
    <button class="button block" type="button" data-opens="close">${t("close_room")}</button>
  `;
}

// @ts-check
/** *Next*, under the thumb: one button that says what it will do, and what comes after it. */
import { html, nothing } from "../draw.js";
import { ours } from "../root.js";
import { t } from "../words.js";
import { facts } from "./facts.js";
import { clockHand } from "./now.js";
import { acting } from "./press.js";
import { unformed } from "./seats.js";
import { carriesOn, following, isOpen, pressing, withLength } from "./steps.js";
import { form } from "./triads.js";

/** @typedef {import("./press.js").Desk} Desk */

// ms from the press: the second half of a double tap must not take the next step along, nor the next slide.
const REST = 600;
const REST_OF_SLIDE = 200;

/** @param {Desk} desk */
export function next(desk) {
  const { state } = desk;
  const step = following(state);
  if (!state.step) return nothing;
  if (!step) return atTheEnd(desk);
  const slide = nextSlide(state);
  const draft = unformed(state, step);
  const onward = draft ? t("form_groups") : pressing(step, carriesOn(state));
  const says = slide ? t("next_slide", { title: slide.title }) : onward;
  const words = html`<span class="grow">${says}</span><kbd aria-hidden="true">${t("space")}</kbd>`;
  return html`
    ${carriesOn(state) && !slide ? html`<p class="itself">${t("by_itself", { title: withLength(step) })}</p>` : nothing}
    <div id="next-button">${acting(desk, words, () => pressNext(desk), { key: "next", looks: "primary large block" })}</div>
    <p class="after">${after(state, slide, draft)}</p>
    <div class="thumb">${clockHand(desk)}</div>
  `;
}

/** Past the slides, beside them: the button itself is for the next one. @param {Desk} desk */
export function skip(desk) {
  const { state } = desk;
  const step = following(state);
  if (!step || !nextSlide(state)) return nothing;
  const draft = unformed(state, step);
  return acting(desk, draft ? t("form_groups") : t("skip_slides", { title: step.title }), () => goOn(desk, "skip"), { looks: "quiet", key: "skip" });
}

/** What comes after the press, and who brings it. @param {import("../state.js").State} state @param {unknown} slide @param {boolean} draft */
function after(state, slide, draft) {
  const [step, later] = [following(state), following(state, 2)];
  if (slide && step) return t("after_slides", { title: withLength(step) });
  if (step && draft) return t("after_by_you", { title: pressing(step) });
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
  if (onward) return void desk.orders.give("slide", { to: (desk.state.step?.slide ?? 0) + 1 }, "next", REST_OF_SLIDE);
  await goOn(desk, "next");
}

/** The next step; before the first that needs groups a draft of them, which only leaders see. @param {Desk} desk @param {string} key of the button */
async function goOn(desk, key) {
  const step = following(desk.state);
  const draft = step && unformed(desk.state, step);
  const rest = step?.kind === "talk" ? REST_OF_SLIDE : REST;
  const ack = await (draft ? form(desk, { key, rest }) : desk.orders.give("next", {}, key, rest));
  if (ack?.ok && draft) desk.show("triads");
}

/** @param {Desk} desk */
function atTheEnd(desk) {
  if (!isOpen(desk.state)) return afterwards(desk);
  return html`
    <div id="next-button"><button class="button large block" type="button" data-opens="close">${t("close_room")}</button></div>
    <p class="after">${t("last_step")}</p>
    <div class="thumb"></div>
  `;
}

/** The room is closed: how the time went, and the next one. Only whose room it is has that form (desk/again.html). @param {Desk} desk */
function afterwards({ state }) {
  const again = document.getElementById("again");
  return html`
    <p class="after">${t("closed_now")}</p>
    <div class="row tight">
      <a class="button" href=${ours(`/lead/${state.room?.code}/times`)}>${t("times")}</a>
      ${again ? html`<button class="button" type="submit" form="again">${t("again")}</button>` : nothing}
    </div>
  `;
}

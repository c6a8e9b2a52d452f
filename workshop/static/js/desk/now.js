// @ts-check
/** *Now*: what the room sees, its clock, and the leader's hand on it. */
import { html, nothing } from "../draw.js";
import { reading } from "../countdown.js";
import { isToldBack } from "../glance.js";
import { clock } from "../parts.js";
import { t } from "../words.js";
import { areOpen, examples } from "./examples.js";
import { facts } from "./facts.js";
import { openMessage } from "./message.js";
import { skip } from "./next.js";
import { pacing } from "./pacing.js";
import { acting, press, restart } from "./press.js";
import { openStep } from "./step.js";
import { current, following, isOpen, rounds } from "./steps.js";
import { unsent } from "./unsent.js";

/** @typedef {import("./press.js").Desk} Desk */

/** @param {Desk} desk */
export function now(desk) {
  const { state } = desk;
  const step = current(state);
  if (!step || !state.step) return html`<p class="soft">${t("connecting")}</p>`;
  const seen = reading(state.step.clock, desk.now());
  return html`
    <p class="above">
      ${step.round ? html`${t("round_of", { n: step.round, of: rounds(state) })} · ` : nothing}${t("step_of", { n: step.index + 1, of: state.programme.length })}
    </p>
    <h2 id="now-title">${step.title}</h2>
    <div class="dial" ?hidden=${!seen.text}>${clock(t("time_left"))}</div>
    ${remark(seen)} ${clockHand(desk)} ${own(desk, step)} ${step.kind === "talk" ? slide(desk) : nothing} ${examples(desk)} ${seldom(desk, step)}
    ${step.kind === "talk" ? nothing : html`<p class="sees">${sees(state, step)}</p><p class="lead-text">${facts.leads[step.kind]}</p>`} ${pacing(desk)}
  `;
}

/** What the room sees on the screen now. @param {import("../state.js").State} state @param {import("../wire.js").ProgrammeStep} step */
function sees(state, step) {
  const { concealed = false, spotlight = null } = state.step?.wall ?? {};
  if (areOpen(state)) return t("sees_examples");
  if (isToldBack(state.programme, step.index)) return t("sees_told");
  if (step.kind !== "plenary") return t(`sees_${step.kind}`);
  return t(concealed ? "sees_concealed" : spotlight ? "sees_spotlight" : "sees_plenary");
}

/** What the figures mean, where they do not just run. @param {import("../countdown.js").Reading} seen */
function remark(seen) {
  if (seen.state === "paused") return html`<p class="remark">${t("clock_stands")}</p>`;
  if (seen.text && seen.level === "over") return html`<p class="remark">${t("overtime")}</p>`;
  return nothing;
}

/** What a leader needs now and then. @param {Desk} desk @param {import("../wire.js").ProgrammeStep} step */
function seldom(desk, step) {
  const length = desk.state.step?.clock.length;
  const before = following(desk.state, -1);
  return html`
    <div class="controls">
      ${length ? nothing : press(desk, t("set_clock"), "add", { more: { seconds: 60 }, looks: "quiet" })}
      ${step.seconds ? acting(desk, t("restart"), () => restart(desk), { key: "restart", looks: "quiet" }) : nothing}
      ${isOpen(desk.state) ? html`<button class="button quiet" type="button" aria-haspopup="dialog" @click=${() => openStep(desk, step.index, "own-note")}>${t("own_note_open")}</button>` : nothing}
      ${before ? press(desk, t("back_to", { title: before.title }), "back", { looks: "quiet" }) : nothing}
      ${isOpen(desk.state) ? acting(desk, t("message_all"), () => openMessage(desk), { key: "notice", looks: "quiet" }) : unsent(desk, "message")}
    </div>
  `;
}

/** What whoever leads wrote for themselves about this step. @param {Desk} desk @param {import("../wire.js").ProgrammeStep} step */
function own({ state }, step) {
  const text = state.own_notes[step.index];
  return text ? html`<p class="own" dir="auto">${text}</p>` : nothing;
}

/** Stop, a minute less, a minute more: beside the figures, and on a phone at the thumb. @param {Desk} desk */
export function clockHand(desk) {
  const clock = desk.state.step?.clock;
  if (!clock || (!clock.length && !clockKey(desk.state))) return nothing;
  return html`
    <div class="controls clock-hand" role="group" aria-label=${t("clock")}>
      ${startOrStop(desk)}
      ${clock.length ? press(desk, t("minus_minute"), "add", { more: { seconds: -60 }, key: "less", label: t("minus_minute_label") }) : nothing}
      ${clock.length ? press(desk, t("plus_minute"), "add", { more: { seconds: 60 }, label: t("plus_minute_label") }) : nothing}
    </div>
  `;
}

/** @param {Desk} desk */
function startOrStop(desk) {
  const what = clockKey(desk.state);
  return what ? press(desk, t(what), what, { key: "clock" }) : nothing;
}

/** The command that one key gives: stop a clock that runs, let one go that stands. @param {import("../state.js").State} state */
export function clockKey(state) {
  const clock = state.step?.clock;
  if (clock?.state === "running") return "pause";
  if (clock?.state === "paused") return "resume";
  return clock && clock.remaining > 0 ? "start" : "";
}

/** The slide that the room sees, with what to tell. @param {Desk} desk */
function slide(desk) {
  const at = desk.state.step?.slide ?? 0;
  const { title, say } = facts.slides[at] ?? { title: "", say: "" };
  return html`
    <div class="slide">
      <div class="row spread">
        <p class="above">${t("slide_of", { n: at + 1, of: facts.slides.length })}</p>
        ${at > 0 ? press(desk, t("slide_back"), "slide", { more: { to: at - 1 }, key: "slide back", looks: "quiet" }) : nothing}
      </div>
      <h3>${title}</h3>
      <p>${say}</p>
      ${skip(desk)}
    </div>
  `;
}

// @ts-check
/** How the afternoon compares with its plan, in words, and a button that makes up for a delay. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";
import { lengthOf, timeOf } from "./lengths.js";
import { indexOf, markOf } from "./marks.js";
import { isOff, remedy } from "./pace.js";
import { span, standing, startOf } from "./plan.js";
import { acting } from "./press.js";
import { setLength } from "./step.js";
import { isOpen } from "./steps.js";

/** @typedef {import("./press.js").Desk} Desk */

/** @param {Desk} desk */
export function pacing(desk) {
  const { programme, step } = desk.state;
  if (!step || !isOpen(desk.state) || step.index >= programme.length - 1) return nothing;
  const at = standing(desk);
  if (!at.begun && !isOff(at))
    return startOf(desk) !== null ? html`<p class="pace">${span(desk)}</p>` : html`<p class="pace">${t("ends_if_now", { time: timeOf(at.ends) })}</p>`;
  if (!isOff(at)) return html`<p class="pace">${t("ends_as_planned", { time: timeOf(at.ends) })}</p>`;
  const length = lengthOf(Math.round(Math.abs(at.late) / 60) * 60);
  const offer = remedy(programme, step.index, at.late);
  return html`
    <p class="pace" ?data-late=${at.late > 0}>${t(at.late > 0 ? "ends_later" : "ends_earlier", { length, time: timeOf(at.ends) })}</p>
    ${
      offer
        ? acting(desk, t("shorten", { title: offer.step.title, length: lengthOf(offer.seconds) }), () => shorten(desk, offer), {
            key: "shorten",
            looks: "quiet shorten",
          })
        : nothing
    }
  `;
}

/** @param {Desk} desk @param {NonNullable<ReturnType<typeof remedy>>} offer */
async function shorten(desk, { step, seconds }) {
  const before = step.seconds;
  const mark = markOf(step.index);
  const ack = await setLength(desk, step, seconds, "shorten");
  if (!ack.ok) return;
  const back = () => {
    const now = desk.state.programme[indexOf(mark)]; // the programme may have been changed since, and this step, too
    if (now?.seconds === seconds) setLength(desk, now, before, "shorten");
    else desk.said.say(t("past_undoing"));
  };
  desk.said.say(t("shortened", { title: step.title, length: lengthOf(seconds) }), "", back);
}

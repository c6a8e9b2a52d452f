// @ts-check
/** A button that gives a command: dimmed without a connection, and while its answer is on the way. */
import { html, nothing } from "../draw.js";
import { t } from "../words.js";

/**
 * What every view of the desk is given.
 * @typedef {object} Desk
 * @property {import("../state.js").State} state
 * @property {import("./orders.js").Orders} orders
 * @property {import("./said.js").Said} said
 * @property {() => number} now ms on the server's clock
 * @property {() => void} draw
 * @property {(view: string) => void} show brings a part of the desk to the front
 */

/**
 * @param {Desk} desk
 * @param {string} words
 * @param {string} what the command
 * @param {{ more?: Record<string, any>, key?: string, looks?: string, label?: string }} [options]
 *   `key` tells buttons with one command apart; `label` is for a screen reader, where the words alone would not do
 */
export const press = (desk, words, what, { more = {}, key = what, looks = "", label } = {}) =>
  acting(desk, words, () => desk.orders.give(what, more, key), { key, looks, label });

/**
 * The same for what takes more than one command.
 * @param {Desk} desk @param {unknown} words @param {() => void} act @param {{ key: string, looks?: string, label?: string }} options
 */
export function acting(desk, words, act, { key, looks = "", label }) {
  const ready = desk.orders.ready(key);
  // aria-disabled and not disabled: a button that loses the focus while it waits leaves a keyboard nowhere.
  return html`
    <button class="button ${looks}" type="button" aria-label=${label ?? nothing} aria-disabled=${ready ? nothing : "true"}
      @click=${() => desk.orders.ready(key) && act()}>${words}</button>
  `;
}

/** Something was thrown away: says so, with the way to take back this, and nothing that came after. @param {Desk} desk @param {string} text */
export function thrown(desk, text) {
  const { deed } = desk.orders;
  desk.said.thrown(text, () => undo(desk, deed));
}

/** The clock of this step from the start; pressed by mistake, it goes on as it stood. @param {Desk} desk */
export async function restart(desk) {
  const ack = await desk.orders.give("restart");
  if (ack.ok && ack.deed) thrown(desk, t("restarted"));
}

/** Takes back what was last thrown away, by whoever leads; only if it is this `deed`, where one is meant. @param {Desk} desk @param {number} [deed] */
export async function undo(desk, deed) {
  if (!desk.orders.ready("undo")) return;
  const ack = await desk.orders.give("undo", deed ? { deed } : {});
  if (ack.ok) desk.said.settled();
  if (ack.ok && ack.undone) desk.said.say(undoneWords(ack.undone), "good");
  else if (ack.ok) desk.said.say(t("past_undoing"));
}

/** What came back; it may be long ago, and other than whoever pressed had in mind. @param {string} did the command that was taken back */
function undoneWords(did) {
  const words = t(`undone_${did}`);
  return words === `undone_${did}` ? t("undone") : words; // of a newer server
}

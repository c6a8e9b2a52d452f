// @ts-check
/** How far people are, in words: how many have written, opened and posted. Never what. */
import { isSeating, sittingInAll } from "../sitting.js";
import { t } from "../words.js";

/** @typedef {import("../state.js").State} State */

/** Who goes on with a second phone may count twice; "13 of 12" helps nobody. @param {number} n @param {number} of */
const upTo = (n, of) => ({ n: Math.min(n, of), of });
const WRITES = ["prepare", "notes"]; // here a leader waits for people who write; what they wrote before is of another step
const READS = ["feedback", "notes"]; // and here the table may read what was opened to it

/** @param {State} state @returns {string} empty where there is nothing to wait for */
export function progressed(state) {
  const seats = sittingInAll(state);
  const sit = state.shown && isSeating(state.step) && seats.of ? t("sit_in_all", seats) : "";
  return [sit, written(state)].filter(Boolean).join(" · ");
}

/** @param {State} state */
function written(state) {
  const { progress, step } = /** @type {any} */ (state);
  if (!step || !progress || progress.step !== step.index || !progress.of) return "";
  const { wrote, posted, of } = progress;
  if (step.kind === "plenary") return t("have_posted", upTo(posted, of));
  const opened = Object.values(progress.groups ?? {}).reduce((sum, group) => sum + group.opened, 0);
  return [WRITES.includes(step.kind) && t("have_written", upTo(wrote, of)), READS.includes(step.kind) && opened && t("have_opened", { n: opened })]
    .filter(Boolean)
    .join(" · ");
}

/** The same for one table. @param {State} state @param {import("../wire.js").Group} group */
export function progressAt(state, group) {
  const { progress, step } = /** @type {any} */ (state);
  const here = progress?.step === step?.index ? progress?.groups?.[group.id] : undefined;
  if (!here) return "";
  const counted = group.members.filter((/** @type {any} */ member) => !(step.real && member.simulated));
  const writes = WRITES.includes(step.kind) && here.wrote > 0;
  return [writes && t("wrote_here", upTo(here.wrote, counted.length)), READS.includes(step.kind) && here.opened && t("opened_here", { n: here.opened })]
    .filter(Boolean)
    .join(" · ");
}

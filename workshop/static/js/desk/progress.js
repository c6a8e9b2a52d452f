// @ts-check
/** How far people are, in words: how many have written, opened and posted. Never what. */
import { t } from "../words.js";

/** @typedef {import("../state.js").State} State */

/** Who goes on with a second phone may count twice; "13 of 12" helps nobody. @param {number} n @param {number} of */
const upTo = (n, of) => ({ n: Math.min(n, of), of });
const WRITES = ["prepare", "feedback", "notes"]; // here a leader waits for people who write

/** @param {State} state @returns {string} empty where there is nothing to wait for */
export function progressed(state) {
  const { progress, step } = /** @type {any} */ (state);
  if (!step || !progress || progress.step !== step.index || !progress.of) return "";
  const { wrote, posted, of } = progress;
  if (step.kind === "plenary") return t("have_posted", upTo(posted, of));
  if (!wrote && !WRITES.includes(step.kind)) return "";
  const opened = Object.values(progress.groups ?? {}).reduce((sum, group) => sum + group.opened, 0);
  return [t("have_written", upTo(wrote, of)), opened ? t("have_opened", { n: opened }) : ""].filter(Boolean).join(" · ");
}

/** The same for one table. @param {State} state @param {Record<string, any>} group */
export function progressAt(state, group) {
  const { progress, step } = /** @type {any} */ (state);
  const here = progress?.step === step?.index ? progress?.groups?.[group.id] : undefined;
  if (!here || (!here.wrote && !here.opened)) return "";
  return [t("wrote_here", upTo(here.wrote, group.members.length)), here.opened ? t("opened_here", { n: here.opened }) : ""].filter(Boolean).join(" · ");
}

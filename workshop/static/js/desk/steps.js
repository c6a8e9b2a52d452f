// @ts-check
/** Steps in words: what one is called, and what the next press does. Pure, but for the page's words. */
import { t } from "../words.js";
import { facts } from "./facts.js";
import { lengthOf } from "./lengths.js";

/**
 * @typedef {import("../state.js").State} State
 * @typedef {import("../wire.js").ProgrammeStep} Step a step of the programme
 */

const OWN_WORDS = ["groups", "conversation", "break"]; // kinds whose button has words of its own

/** @param {State} state @returns {Step | undefined} */
export const current = (state) => state.programme[state.step?.index ?? -1];

/** @param {State} state @returns {Step | undefined} */
export const following = (state, ahead = 1) => state.programme[(state.step?.index ?? Number.NaN) + ahead];

/** @param {State} state */
export const rounds = (state) => Math.max(0, ...state.programme.map((step) => step.round ?? 0));

/** Seconds that one more round would take: as long as the last one, for the first may be longer. @param {State} state */
export const roundLength = (state) => state.programme.filter((step) => step.round === rounds(state)).reduce((total, step) => total + step.seconds, 0);

/** Is writing still possible? @param {State} state @returns {boolean} */
export const isOpen = (state) => state.step?.open ?? state.room?.open ?? true;

/** Will the clock itself open the next step? @param {State} state */
export const carriesOn = (state) => Boolean(current(state)?.auto_advance && following(state) && state.step?.clock.state === "running");

/** The round a person looks at: the one that runs, before them the first, after them the last. @param {State} state */
export function roundInView(state) {
  const index = state.step?.index ?? 0;
  const begun = Math.max(0, ...state.programme.slice(0, index + 1).map((step) => step.round ?? 0));
  return Math.max(1, begun);
}

/** "Notes, 1 minute". @param {Step} step */
export const withLength = (step) => (step.seconds ? t("step_length", { title: step.title, length: lengthOf(step.seconds) }) : step.title);

/** What entering this step does, for the button that does it. @param {Step} step @param {boolean} [early] before the clock would */
export function pressing(step, early = false) {
  const words = { title: step.title, round: step.round ?? "", length: lengthOf(step.seconds) };
  if (early) return t("next_now", words);
  if (step.kind === "brief") return t("next_brief", words);
  const own = OWN_WORDS.includes(step.kind) && step.title === facts.titles[step.kind];
  if (own && (step.seconds || step.kind === "groups")) return t(`next_${step.kind}`, words);
  return step.seconds ? t("next_timed", words) : t("next", words);
}

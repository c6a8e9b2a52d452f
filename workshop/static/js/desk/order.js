// @ts-check
/** The order of the steps to come: what may be moved, and where to. A round stays whole, so others move around it. Pure. */

/** @typedef {import("../wire.js").ProgrammeStep} Step */

/** May this step be moved or left out? Not what has been or is, not a round, not the beginning and the end. @param {Step} step @param {number} at */
export const isLoose = (step, at) => step.index > at && !step.round && !FIXED.includes(step.kind);
const FIXED = ["welcome", "groups", "closing"];

/** May it be left out? A round without a conversation is none. @param {Step} step @param {number} at */
export const isSpare = (step, at) => isLoose(step, at) || (step.index > at && Boolean(step.round) && step.kind !== "conversation");

/** The kinds that can be put in between. */
export const KINDS = ["check_in", "talk", "prepare", "break", "plenary"];

/**
 * The index that a step would have one place earlier or later; null where there is no such place.
 * @param {Step[]} programme
 * @param {Step} step
 * @param {-1 | 1} by
 * @param {number} at index of the step at hand
 */
export function place(programme, step, by, at) {
  let to = step.index + by;
  const beside = programme[to];
  if (!beside || to <= at || beside.kind === "closing") return null;
  while (beside.round && programme[to + by]?.round === beside.round) to += by;
  return to > at ? to : null;
}

/**
 * Where a step that is dropped on another one goes: to that one's place, or beside the round that it is of.
 * @param {Step[]} programme
 * @param {Step} step
 * @param {Step} onto
 * @param {number} at
 */
export function dropped(programme, step, onto, at) {
  if (onto.index === step.index || onto.index <= at || onto.kind === "closing") return null;
  const by = onto.index > step.index ? 1 : -1;
  let to = onto.index;
  while (onto.round && programme[to + by]?.round === onto.round) to += by;
  return to > at ? to : null;
}

/** Before which steps a new one can stand: not in the middle of a round. @param {Step[]} programme @param {number} at */
export const openings = (programme, at) => programme.filter((step) => step.index > at && !(step.round && programme[step.index - 1]?.round === step.round));

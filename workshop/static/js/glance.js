// @ts-check
/** A programme at a glance, for the people who take part: a line for each step, and one for all rounds together. */

/** @typedef {{ kind: string, title: string, round: number | null, seconds: number }} Step */

/** Is this the check-in after the check-in, in which each table tells the room its example? @param {{ kind: string }[]} programme @param {number} index */
export const isToldBack = (programme, index) => programme[index]?.kind === "check_in" && programme[index - 1]?.kind === "check_in";

/** @param {Step[]} programme @returns {{ title: string, seconds: number, rounds: number }[]} without the step in which people come in */
export function lines(programme) {
  /** @type {{ title: string, seconds: number, rounds: number }[]} */
  const found = [];
  for (const { kind, title, round, seconds } of programme) {
    const before = found.at(-1);
    if (round && before?.rounds) Object.assign(before, { rounds: round, seconds: before.seconds + seconds });
    else if (kind !== "welcome") found.push({ title, seconds, rounds: round ?? 0 });
  }
  return found;
}

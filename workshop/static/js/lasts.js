// @ts-check
/** How long a programme takes, as core/programme.py unrolls it. Pure. */

/** @typedef {[kind: string, seconds: number, first: number | null]} Part a line of a programme; `first`: seconds in round 1, where they differ */

const ROUND_KINDS = ["brief", "conversation", "feedback", "notes"];

/**
 * Seconds from when the room leaves its first step to its end.
 * @param {Part[]} parts @param {number} rounds @param {Record<string, number>} lengths by kind, where the leader wants others
 */
export function lasts(parts, rounds, lengths) {
  const of = (/** @type {Part} */ [kind, seconds, first], round = 0) => lengths[kind] ?? (round === 1 ? (first ?? seconds) : seconds);
  const numbers = Array.from({ length: rounds }, (_, at) => at + 1);
  const each = parts.slice(1).flatMap((part) => (ROUND_KINDS.includes(part[0]) ? numbers.map((round) => of(part, round)) : [of(part)]));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

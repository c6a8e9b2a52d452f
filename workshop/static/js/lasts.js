// @ts-check
/** How long a programme takes, as core/programme.py unrolls it. Pure. */

/** @typedef {[kind: string, seconds: number, first: number | null]} Part a line of a programme; `first`: seconds in round 1, where they differ */

const ROUND_KINDS = ["brief", "conversation", "feedback", "notes"];
const LENGTH = /^(?=\d)(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,5})s)?$/;
const LONGEST = 24 * 3600;

/** Seconds in what a leader typed, where a bare number is minutes: "5", "90s", "1h30m"; null where it is no length. @param {string} typed */
export function secondsIn(typed) {
  const text = typed.trim().toLowerCase();
  const found = (/^\d+$/.test(text) ? `${text}m` : text).match(LENGTH);
  if (!found) return null;
  const [hours, minutes, seconds] = found.slice(1).map((number) => Number(number ?? 0));
  const total = hours * 3600 + minutes * 60 + seconds;
  return total > LONGEST ? null : total;
}

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

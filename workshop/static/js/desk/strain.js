// @ts-check
/**
 * Are the connections of the room worse than usual? Figures and a moment in, what to say out; what is said neither comes
 * nor goes for one bad moment.
 */

const FEW = 3; // phones: fewer may have been loaded again by hand
const MANY = 0.2; // of the phones that are in
const WELL = 0.1;
const SLOW = 800; // ms, there and back
const QUICK = 400;
const PROBES = 5; // of which the one in the middle counts
const SURE = 15_000; // ms that it has to be well before nothing is said any more

/**
 * @typedef {object} Strain
 * @property {"" | "phones" | "slow"} says
 * @property {number} back phones that lost their connection in the last minute and came back
 * @property {number} of phones that are in
 * @property {number[]} trips of the last probes, ms
 * @property {number | null} wellSince
 */

/** Nothing known, and nothing said. @type {Strain} */
export const calm = { says: "", back: 0, of: 0, trips: [], wellSince: null };

/**
 * @param {Strain} before
 * @param {{ now: number, back: number, of: number, trip: number }} seen `now` in ms, from any beginning
 * @returns {Strain}
 */
export function follow(before, { now, back, of, trip }) {
  const trips = [...before.trips, trip].slice(-PROBES);
  const middle = trips.length < PROBES ? 0 : [...trips].sort((a, b) => a - b)[PROBES >> 1];
  const found = { back, of, trips };
  if (back >= FEW && back >= MANY * of) return { ...found, says: "phones", wellSince: null };
  if (before.says !== "phones" && middle >= SLOW) return { ...found, says: "slow", wellSince: null };
  const well = before.says === "phones" ? back < FEW || back < WELL * of : middle < QUICK;
  const wellSince = before.says && well ? (before.wellSince ?? now) : null;
  const says = wellSince !== null && now - wellSince >= SURE ? "" : before.says;
  return { ...found, says, wellSince: says ? wellSince : null };
}

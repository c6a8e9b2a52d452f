// @ts-check
/** Planned time against real time: when the afternoon will end, how far that is from the plan, and which step could make up for it. Pure. */

import { next } from "../hours.js";

/**
 * @typedef {import("../wire.js").ProgrammeStep} Planned a step of the programme; `planned` is its length (s) when the room was made
 * @typedef {Pick<import("../state.js").Step, "index" | "clock" | "began_at">} Step where the room is
 * @typedef {{ begun: boolean, begins: number, ends: number, late: number }} Pace
 *   `begins` is when the room leaves its first step, or left it (ms), `ends` is when the last step ends if everything goes
 *   as it stands; `late` is how much later that is than planned (s, negative: earlier); before the room has begun only
 *   where a planned start has passed
 */

const HOUR = 3_600_000;
const OF_ANOTHER_TIME = 3 * HOUR; // a room that begins so far from its planned start is tried out, or was moved
const WORTH_SAYING = 120; // s: nobody in a room minds a minute
const MINUTE = 60;

/**
 * What a step can be shortened to and still be worth having (s), the first to be asked first. Steps of a round are not
 * among them: whoever is client last would have less time than the others.
 * @type {Record<string, number>}
 */
export const LEAST = { break: 300, talk: 600, plenary: 480, check_in: 240, prepare: 180 };

/**
 * The moment (ms) at which the room is to begin, or was; null where nobody said, and where it began at another time of
 * the day. Before it has begun this is still to come, or just over.
 * @param {Pick<import("../state.js").Step, "planned_start" | "began_at">} step where the room is @param {string | undefined} zone of the room @param {number} now ms
 */
export function plannedStart({ planned_start, began_at }, zone, now) {
  if (!planned_start) return null;
  const start = next(planned_start, zone, (began_at ?? now) - OF_ANOTHER_TIME);
  return began_at != null && start - began_at > OF_ANOTHER_TIME ? null : start;
}

/** @param {Planned[]} programme @param {Step} step where the room is @param {number} now ms @param {number | null} [start] as planned, ms @returns {Pace} */
export function pace(programme, step, now, start = null) {
  const { began_at } = step;
  const over = ending(step, now, start);
  const ends = over + 1000 * sum(programme.slice(step.index + 1).map(({ seconds }) => seconds));
  const planned = sum(programme.slice(1).map((one) => one.planned ?? one.seconds));
  const begins = began_at ?? over;
  const late = began_at != null ? (ends - (start ?? begins)) / 1000 - planned : (over - (start ?? over)) / 1000;
  return { begun: began_at != null, begins, ends, late: Math.round(late) };
}

/** When the step at hand ends if everything goes as it stands; the first one not before the planned start. @param {Step} step @param {number} now @param {number | null} start */
function ending(step, now, start) {
  const over = now + 1000 * left(step.clock, now);
  return step.began_at == null && start !== null ? Math.max(over, start) : over;
}

/** Is it far enough from the plan to be told? @param {Pace} pace */
export const isOff = ({ late }) => Math.abs(late) >= WORTH_SAYING;

/** Seconds that the step at hand still takes: in overtime none that are known. @param {Step["clock"]} clock @param {number} now */
function left(clock, now) {
  if (clock.state === "running") return Math.max(0, ((clock.ends_at ?? now) - now) / 1000);
  return Math.max(0, clock.remaining);
}

/**
 * Which step to come could be shorter, so that the afternoon ends as planned or nearer to it.
 * @param {Planned[]} programme
 * @param {number} at index of the step at hand
 * @param {number} late seconds
 * @returns {{ step: Planned, seconds: number, gain: number } | null} its new length, and what that gains (s, whole minutes)
 */
export function remedy(programme, at, late) {
  if (late < WORTH_SAYING) return null;
  for (const kind of Object.keys(LEAST)) {
    const step = programme.find((one) => one.index > at && one.kind === kind && one.seconds - LEAST[kind] >= MINUTE);
    if (!step) continue;
    const most = Math.floor((step.seconds - LEAST[kind]) / MINUTE);
    const gain = Math.min(Math.round(late / MINUTE), most) * MINUTE;
    return { step, seconds: step.seconds - gain, gain };
  }
  return null;
}

/**
 * When each step to come begins if everything goes as it stands (ms), by its index.
 * @param {Planned[]} programme
 * @param {Step} step
 * @param {number} now
 * @param {number | null} [start] as planned, ms
 */
export function beginnings(programme, step, now, start = null) {
  let at = ending(step, now, start);
  /** @type {Map<number, number>} */
  const found = new Map();
  for (const one of programme.slice(step.index + 1)) {
    found.set(one.index, at);
    at += 1000 * one.seconds;
  }
  return found;
}

/** @param {number[]} numbers */
const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

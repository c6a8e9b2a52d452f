// @ts-check
/** Times of day, in the time zone of the room: someone who leads it from elsewhere reads the same hours. */

const MINUTE = 60_000;
const DAY = 24 * 60; // minutes

/**
 * How a time of day is written in the language of the page.
 * @param {string | undefined} zone of the room; one that this browser does not know is read as its own
 * @param {"numeric" | "2-digit"} [hour]
 */
export function clockIn(zone, hour = "2-digit") {
  const { lang } = document.documentElement;
  return inZone(lang === "en" ? "en-GB" : lang, { hour, minute: "2-digit" }, zone);
}

/**
 * How a moment (ms) is told to whoever reads it now: its time of day, and on another day that day before it.
 * @param {string | undefined} zone of the room
 */
export function momentIn(zone) {
  const { lang } = document.documentElement;
  const day = inZone(lang === "en" ? "en-GB" : lang, { weekday: "short", day: "numeric", month: "short" }, zone);
  const clock = clockIn(zone);
  return (/** @type {number} */ at, now = Date.now()) => (day.format(at) === day.format(now) ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`);
}

/** @param {string} language @param {Intl.DateTimeFormatOptions} how @param {string} [zone] */
function inZone(language, how, zone) {
  try {
    return new Intl.DateTimeFormat(language, { ...how, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(language, how);
  }
}

/** Minutes since midnight in "13:00". @param {string} time */
const minutesIn = (time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** "16:10": so many minutes after "13:00". @param {string} time @param {number} minutes */
export function later(time, minutes) {
  const at = (minutesIn(time) + minutes) % DAY;
  return [at / 60, at % 60].map((n) => String(Math.floor(n)).padStart(2, "0")).join(":");
}

/**
 * The next moment (ms) from this one on at which clocks of a zone show a time of day.
 * @param {string} time "13:00" @param {string | undefined} zone @param {number} from ms
 */
export function next(time, zone, from) {
  const clock = inZone("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone);
  const begins = Math.floor(from / MINUTE) * MINUTE;
  let at = begins + ((minutesIn(time) - minutesIn(clock.format(begins)) + DAY) % DAY) * MINUTE;
  const off = minutesIn(time) - minutesIn(clock.format(at)); // in between the clocks were put forward or back
  at += (((off + DAY * 1.5) % DAY) - DAY / 2) * MINUTE;
  return at;
}

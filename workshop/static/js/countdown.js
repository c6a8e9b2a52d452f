// @ts-check
/** What a clock says at a moment. Nothing ticks on the wire: everything is derived from `ends_at`. */

/**
 * @typedef {{ state: "idle" | "running" | "paused", length: number, remaining: number, ends_at: number | null }} Clock
 *   `length` and `remaining` in seconds, `ends_at` in ms since the epoch on the server's clock
 * @typedef {"calm" | "amber" | "red" | "over"} Level
 * @typedef {{ text: string, fraction: number, level: Level, ms: number, state: string }} Reading
 */

const AMBER = 1 / 5;
const RED = 1 / 20;

/**
 * @param {Clock} clock
 * @param {number} now ms, the server's
 * @returns {Reading} `text` is empty for a step without a length
 */
export function reading(clock, now) {
  const ms = clock.state === "running" && clock.ends_at !== null ? clock.ends_at - now : clock.remaining * 1000;
  const whole = clock.length * 1000;
  if (whole <= 0 && clock.state === "idle") return { text: "", fraction: 0, level: "calm", ms: 0, state: "idle" };
  const fraction = whole > 0 ? Math.max(0, Math.min(1, ms / whole)) : 0;
  return { text: figures(ms), fraction, level: level(ms, fraction), ms, state: clock.state };
}

/**
 * @param {number} ms
 * @param {number} fraction
 * @returns {Level}
 */
function level(ms, fraction) {
  if (ms <= 0) return "over";
  if (fraction <= RED) return "red";
  return fraction <= AMBER ? "amber" : "calm";
}

/** A second is shown until it has passed: 0:01 until zero, and +0:01 when a whole second has gone over. @param {number} ms */
export function figures(ms) {
  const seconds = ms > 0 ? Math.ceil(ms / 1000) : Math.floor(-ms / 1000);
  const sign = ms <= -1000 ? "+" : "";
  return `${sign}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * Shows a reading in the `.clock` of css/parts/clock.css; touches only what changed.
 * @param {HTMLElement} clock
 * @param {Reading} seen
 */
export function paint(clock, seen) {
  const time = clock.querySelector(".time");
  if (time && time.textContent !== seen.text) time.textContent = seen.text;
  if (clock.dataset.level !== seen.level) clock.dataset.level = seen.level;
  if (clock.dataset.state !== seen.state) clock.dataset.state = seen.state;
  clock.style.setProperty("--left", seen.fraction.toFixed(4));
}

const MILESTONES = [600, 300, 120, 60, 30, 10, 0]; // seconds left at which a screen reader is told

/**
 * The milestone passed between two readings, in seconds, or null. A clock that speaks each second buries all else;
 * a jump (a minute added, a step entered) passes none.
 * @param {number} before ms left
 * @param {number} after ms left
 */
export function milestone(before, after) {
  if (after >= before || before - after > 5000) return null;
  return MILESTONES.find((seconds) => before > seconds * 1000 && after <= seconds * 1000) ?? null;
}

/**
 * Calls `draw` now, whenever the figures change, and at once when the page is looked at again.
 * @param {() => number | void} draw returns the ms left, so that every device in the room turns at the same moment
 * @returns {() => void} stop
 */
export function everySecond(draw) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const tick = () => {
    clearTimeout(timer);
    timer = setTimeout(tick, untilNextSecond(draw() ?? -Date.now()));
  };
  const seen = () => document.visibilityState === "visible" && tick();
  document.addEventListener("visibilitychange", seen);
  tick();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
}

/** @param {number} ms left; negative in overtime */
export function untilNextSecond(ms) {
  const rest = ((ms % 1000) + 1000) % 1000;
  return rest < 10 ? rest + 1000 : rest + 4; // a timer may be a little early; never draw the same second twice
}

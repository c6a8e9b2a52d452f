// @ts-check
/** The clock of the scene: figures, bar, a word so that colour is not the only sign, and what a screen reader hears. */
import { everySecond, milestone, paint, reading } from "../countdown.js";
import { t } from "../words.js";

/** @typedef {import("../countdown.js").Reading} Reading */

export class SceneClock {
  /**
   * @param {() => number} now ms on the server's clock
   * @param {(seen: Reading, flows: boolean) => void} onTick `flows`: time went by, nobody changed the clock
   */
  constructor(now, onTick) {
    this.now = now;
    this.onTick = onTick;
    this.said = /** @type {HTMLElement} */ (document.getElementById("said"));
  }

  /**
   * A step was entered, or its clock changed. From here on it runs by itself, with or without a line.
   * @param {HTMLElement} scene
   * @param {import("../countdown.js").Clock} clock
   */
  follow(scene, clock) {
    this.stop?.();
    const box = /** @type {HTMLElement | null} */ (scene.querySelector(".countdown"));
    /** @type {Reading | undefined} */
    let last;
    this.stop = everySecond(() => {
      const seen = reading(clock, this.now());
      if (box) show(box, seen);
      const passed = last ? milestone(last.ms, seen.ms) : null;
      if (box && passed !== null) this.said.textContent = spoken(passed);
      this.onTick(seen, last !== undefined);
      last = seen;
      return seen.ms;
    });
  }
}

/** @param {HTMLElement} box @param {Reading} seen */
function show(box, seen) {
  box.hidden = seen.text === "";
  box.style.setProperty("--letters", String(seen.text.length));
  paint(/** @type {HTMLElement} */ (box.querySelector(".clock")), seen);
  const word = /** @type {HTMLElement} */ (box.querySelector(".word"));
  word.textContent = said(seen);
  word.dataset.level = seen.level;
}

/** @param {Reading} seen */
function said({ state, level, text }) {
  if (state === "paused") return t("paused");
  if (state === "idle") return text && t("waiting");
  return level === "calm" ? "" : t(level);
}

/** @param {number} seconds */
function spoken(seconds) {
  if (seconds === 0) return t("over");
  return seconds >= 60 ? t("minutes_left", { n: seconds / 60 }) : t("seconds_left", { n: seconds });
}

// @ts-check
/** Keeps the screen of this device awake where the browser can, and says so when it cannot (plain http never can). */

/** @typedef {"awake" | "asleep" | "unavailable"} Wakefulness `asleep`: it may fall asleep now, a tap or a look wakes it */

export class Wake {
  /** @param {(state: Wakefulness) => void} [onChange] */
  constructor(onChange = () => {}) {
    this.onChange = onChange;
    this.wanted = false;
    this.asking = false;
    /** @type {WakeLockSentinel | undefined} */
    this.lock = undefined;
    // A browser drops the lock when the page is hidden, and may grant it only after a tap: so both ask again.
    document.addEventListener("visibilitychange", () => this.renew());
    document.addEventListener("pointerdown", () => this.renew());
  }

  /** @returns {Wakefulness} */
  get state() {
    if (!("wakeLock" in navigator)) return "unavailable";
    return this.lock ? "awake" : "asleep";
  }

  keep() {
    this.wanted = true;
    return this.renew();
  }

  async release() {
    this.wanted = false;
    await this.lock?.release();
  }

  async renew() {
    if (!this.wanted || this.lock || this.asking || document.visibilityState !== "visible") return;
    this.asking = true;
    try {
      const lock = await navigator.wakeLock?.request("screen");
      this.lock = lock;
      if (!this.wanted) lock?.release(); // the step was over before the answer came
      lock?.addEventListener("release", () => {
        this.lock = undefined;
        this.onChange(this.state);
      });
    } catch {
      // Refused for now (low battery, no tap yet): `state` says so.
    }
    this.asking = false;
    this.onChange(this.state);
  }
}

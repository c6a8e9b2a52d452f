// @ts-check
/** The room's gong and a softer mark, made here by Web Audio: no file needed, and volume and silence are remembered. */
import { samen } from "./root.js";

const KEPT = `${samen}.sound`;
const GONG = { base: 196, partials: [1, 1.48, 2.09, 2.77, 3.4], seconds: 4 };
const PATIENCE = 500; // ms: a gong that comes later than that is none
const MARK = { base: 523, partials: [1, 2.01], seconds: 1.2 };

export class Sound {
  /**
   * @param {(state: "on" | "muted" | "locked") => void} [onChange] `locked`: the browser waits for a tap
   * @param {string} [kept] under which name this page remembers it
   * @param {{ muted?: boolean }} [first] what holds until somebody chose
   */
  constructor(onChange = () => {}, kept = KEPT, first = {}) {
    this.onChange = onChange;
    this.kept = kept;
    const { volume = 0.7, muted = first.muted ?? false } = remembered(kept);
    /** @type {number} */
    this.volume = volume;
    /** @type {boolean} */
    this.muted = muted;
    /** @type {AudioContext | undefined} */
    this.audio = undefined;
    // After a pause of the browser's own (sleep, a call) sound may have to be asked again.
    for (const moment of ["pointerdown", "keydown", "visibilitychange"]) document.addEventListener(moment, () => this.unlock());
    this.unlock(); // some browsers allow it without a tap: on a computer that made sound for this page before
  }

  get state() {
    if (this.muted) return "muted";
    return this.audio?.state === "running" ? "on" : "locked";
  }

  /** Browsers allow sound from a tap or a key, and then answer at once; where they do not, they never answer. */
  async unlock() {
    if (typeof AudioContext === "undefined") return;
    if (!this.audio) {
      this.audio = new AudioContext();
      this.audio.onstatechange = () => this.onChange(this.state);
    }
    if (this.audio.state === "running") return;
    await Promise.race([this.audio.resume().catch(() => {}), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
    this.onChange(this.state);
  }

  /** The end of a step. */
  gong() {
    return this.strike(GONG);
  }

  /** Two minutes to go. */
  mark() {
    return this.strike(MARK);
  }

  /** @param {{ volume?: number, muted?: boolean }} wish volume 0 … 1 */
  set({ volume = this.volume, muted = this.muted }) {
    this.volume = volume;
    this.muted = muted;
    try {
      localStorage.setItem(this.kept, JSON.stringify({ volume, muted }));
    } catch {
      // Not allowed to remember: it holds for this visit.
    }
    this.onChange(this.state);
  }

  /** @param {{ base: number, partials: number[], seconds: number }} bell base in Hz; partials as multiples of it */
  async strike({ base, partials, seconds }) {
    if (this.state === "locked") await this.unlock();
    if (!this.audio || this.state !== "on") return this.onChange(this.state);
    const at = this.audio.currentTime;
    partials.forEach((partial, i) => {
      const audio = /** @type {AudioContext} */ (this.audio);
      const tone = new OscillatorNode(audio, { frequency: base * partial });
      const fading = new GainNode(audio, { gain: 0 });
      const ends = at + seconds / (1 + i * 0.6); // higher partials die sooner, as in bronze
      fading.gain.setValueAtTime(0, at);
      fading.gain.linearRampToValueAtTime((this.volume * 0.5) / (i + 1), at + 0.01);
      fading.gain.exponentialRampToValueAtTime(0.0001, ends);
      tone.connect(fading).connect(audio.destination);
      tone.start(at);
      tone.stop(ends);
    });
  }
}

/** @param {string} kept @returns {{ volume?: number, muted?: boolean }} */
function remembered(kept) {
  try {
    return JSON.parse(localStorage.getItem(kept) ?? "{}") ?? {};
  } catch {
    return {};
  }
}

// @ts-check
/**
 * The workshop in the pocket: what the phone goes on with when there is no connection: where the room would be by now,
 * what was last known about it, and the page itself.
 */
import { made, ours, samen } from "./root.js";

/**
 * @typedef {{ state: import("./state.js").State, ahead: number }} Copy what was known, and how far (ms) the server's clock
 *   was ahead of this device's own: that may be hours wrong, but it runs on while the page is closed
 * @typedef {{ kind: string, round: number | null, seconds: number, auto_advance: boolean }} Planned
 * @typedef {import("./state.js").Step} Step
 * @typedef {{ programme: import("./state.js").State["programme"], step: Step }} Known a room of which a snapshot has come
 */

/** A step as the server enters it. @param {Planned[]} programme @param {number} index @param {number} at ms @returns {Pick<Step, "index" | "kind" | "round" | "slide" | "clock">} */
export function enter(programme, index, at) {
  const { kind, round, seconds } = programme[index];
  const ends_at = seconds ? at + seconds * 1000 : null;
  const clock = { state: /** @type {any} */ (seconds ? "running" : "idle"), length: seconds, remaining: seconds, ends_at };
  return { index, kind, round, slide: kind === "talk" ? 0 : null, clock };
}

/**
 * Where the room is, had nobody pressed anything since: steps that go on by themselves did, each at its exact moment.
 * @param {Planned[]} programme
 * @param {Step} step the last one known
 * @param {number} now ms, the server's
 */
export function carriedOn(programme, step, now) {
  let here = step;
  while (goesOn(programme, here) && (here.clock.ends_at ?? Infinity) <= now) {
    here = { ...step, ...enter(programme, here.index + 1, here.clock.ends_at ?? 0) };
  }
  return here;
}

/** @param {Planned[]} programme @param {Step} step */
const goesOn = (programme, { index }) => programme[index]?.auto_advance && index < programme.length - 1;

export class Pocket {
  /** @type {{ index: number, at: number } | null} */
  turned = null; // the step that was turned to by hand, and when

  /** The step to show. @param {Known} state @param {number} now ms, the server's @returns {Step} */
  where({ programme, step }, now) {
    if (!this.turned) return carriedOn(programme, step, now);
    return carriedOn(programme, { ...step, ...enter(programme, this.turned.index, this.turned.at) }, now);
  }

  /** The room may be elsewhere: the time of this step is over, or the reader chose it. @param {Step} step @param {number} now */
  unsure({ clock }, now) {
    return this.turned !== null || (clock.ends_at !== null && clock.ends_at <= now);
  }

  /** One on, or one back; to where the room should be, its clock runs there. @param {Known} state @param {number} by @param {number} now */
  turn(state, by, now) {
    const index = this.where(state, now).index + by;
    if (!state.programme[index]) return;
    this.turned = carriedOn(state.programme, state.step, now).index === index ? null : { index, at: now };
  }
}

/**
 * Keeps the page and all that it is made of, so that a reload without a network shows it. Only where a browser can: on
 * https, or on the machine itself. What it asks for now lies in the browser's own store already.
 * @returns {Promise<boolean>}
 */
export async function keepPage() {
  if (!navigator.serviceWorker || !globalThis.caches) return false;
  try {
    await navigator.serviceWorker.register(ours("/sw.js"), { scope: ours("/r/") });
    const named = [...document.querySelectorAll("link[href], script[src]")];
    const files = [...new Set(named.map((one) => one.getAttribute("href") ?? one.getAttribute("src") ?? ""))];
    const name = `${samen}.${made}`; // one for each version of the files, and only the newest
    for (const old of await caches.keys()) if (old.startsWith(`${samen}.`) && old !== name) await caches.delete(old);
    const page = location.pathname.replace(/\D+$/, "");
    await (await caches.open(name)).addAll([page, `${page}/more`, ...files]);
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false; // no room left, or no network just now: the next visit tries again
  }
}

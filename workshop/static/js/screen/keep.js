// @ts-check
/** What this tab knew, kept for a reload while the connection is down: a screen is never blank. Gone with the tab. */
import { samen } from "../root.js";

/** @typedef {import("../state.js").State} State */

const EVERY = 2000; // ms
const TOO_OLD = 12 * 3_600_000; // ms

/** Not every browser lets it be named: then every use of it fails, and each knows what to do. */
function ofThisTab() {
  try {
    return sessionStorage;
  } catch {
    return /** @type {any} */ (undefined);
  }
}

export class Keep {
  /** @param {string} code the room's @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} [place] */
  constructor(code, place = ofThisTab()) {
    this.name = `${samen}.screen.${code}`;
    this.place = place;
    this.at = 0;
  }

  /**
   * @param {State} state
   * @param {number} now ms on the server's clock
   * @param {number} [date] ms on the clock of this computer, of which only the difference counts
   */
  put(state, now, date = Date.now()) {
    if (!state.ready || date - this.at < EVERY) return;
    this.at = date;
    try {
      this.place.setItem(this.name, JSON.stringify({ state, now, date }));
    } catch {
      // Full, or not allowed to: then a reload begins with nothing.
    }
  }

  /** @param {number} [date] @returns {{ state: State, now: number } | null} what was known, and what time it is on the server by now */
  take(date = Date.now()) {
    try {
      const kept = JSON.parse(this.place.getItem(this.name) ?? "null");
      const gone = date - kept?.date;
      return gone >= 0 && gone < TOO_OLD ? { state: kept.state, now: kept.now + gone } : null;
    } catch {
      return null;
    }
  }

  clear() {
    try {
      this.place.removeItem(this.name);
    } catch {
      // Then there is nothing either.
    }
  }
}

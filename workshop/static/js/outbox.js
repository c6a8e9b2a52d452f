// @ts-check
/**
 * What was written and has not been acknowledged. It survives a reload and a dead tab (IndexedDB), is sent again until
 * the server has answered, one at a time, and is stored there once, however often it was sent: each item has an id of its own.
 */
import { openShelf } from "./shelf.js";

/**
 * @typedef {import("./line.js").Ack} Ack
 * @typedef {{ id: string, event: string, payload: Record<string, any>, tries: number, at: number, edition: string }} Item
 *   `at` gives the order; `edition` changes when a newer text takes the item's place
 * @typedef {{ state: "waiting" | "saved" | "refused", code?: string, detail?: string, answer?: Ack, item: Item }} Status
 * @typedef {{ all(): Promise<Item[]>, set(item: Item): Promise<void>, remove(id: string): Promise<void>, clear(): Promise<void> }} Shelf
 */

const ANSWER_WITHIN = 2500;
const WAIT = 500; // ms before the second try; doubles
const WAIT_AT_MOST = 15000;
const OFFLINE_REST = 4; // as after four tries; the page flushes at once when the line is back
const TRY_AGAIN = ["busy", "too_fast", "failed", "timeout"];

/**
 * A random UUID (version 4). crypto.randomUUID is absent on a plain-http page.
 * @returns {string}
 */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** Behind all others, also where two come in one millisecond or the clock of this device was put back. @param {Item[]} all */
const behind = (all) => all.reduce((last, one) => Math.max(last, one.at + 1), Date.now());

/** How long to wait before try number `tries` + 1. @param {number} tries @param {number} [chance] 0 … 1 */
export function pause(tries, chance = Math.random()) {
  return Math.min(WAIT * 2 ** (tries - 1), WAIT_AT_MOST) * (0.5 + chance);
}

/**
 * Opens the outbox of one person in one room, and sends what an earlier visit left in it.
 * @param {string} name of that room
 * @param {(event: string, payload: Record<string, any>, within: number) => Promise<Ack>} send the line's
 * @param {(id: string, status: Status) => void} onChange
 */
export async function openOutbox(name, send, onChange) {
  const outbox = new Outbox(await openShelf(name), send, onChange);
  outbox.flush();
  return outbox;
}

export class Outbox {
  /**
   * @param {Shelf} shelf
   * @param {(event: string, payload: Record<string, any>, within: number) => Promise<Ack>} send the line's
   * @param {(id: string, status: Status) => void} onChange
   */
  constructor(shelf, send, onChange) {
    this.shelf = shelf;
    this.send = send;
    this.onChange = onChange;
    this.sending = false;
    /** @type {Promise<unknown>} */
    this.turn = Promise.resolve(); // the shelf is read and written in turn: an answer must not remove a newer text
  }

  /**
   * Resolves when it lies safe on this device. A newer payload with the same id takes the place of a waiting one.
   * @param {string} event
   * @param {Record<string, any>} payload
   * @param {string} [id] where the payload has none of its own: what it is about (`recognise:<post>`)
   */
  async put(event, payload, id = payload.id ?? uuid()) {
    const item = await this.inTurn(async () => {
      const all = await this.shelf.all();
      const waiting = all.find((one) => one.id === id);
      const at = waiting?.at ?? behind(all);
      const item = { id, event, payload, tries: 0, at, edition: uuid() };
      await this.shelf.set(item);
      return item;
    });
    this.onChange(id, { state: "waiting", item });
    this.flush();
    return id;
  }

  /** What is still waiting, oldest first. */
  async waiting() {
    return (await this.shelf.all()).sort((a, b) => a.at - b.at);
  }

  /** Nothing of the writer stays behind on this device. */
  clear() {
    clearTimeout(this.timer);
    return this.inTurn(() => this.shelf.clear());
  }

  /** Sends what waits. Called by `put`, by itself, and by the page when the line is back. */
  async flush() {
    this.wanted = true; // also while a round is under way: what was put meanwhile must not be overlooked
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    try {
      while (this.wanted) {
        this.wanted = false;
        while (await this.sendOne());
      }
    } finally {
      this.sending = false;
    }
  }

  /** @returns {Promise<boolean>} is there reason to go on with the next at once? */
  async sendOne() {
    const [item] = await this.waiting();
    if (!item) return false;
    const answer = await this.send(item.event, item.payload, ANSWER_WITHIN);
    if (answer.code === "offline") return this.rest(OFFLINE_REST);
    if (!answer.ok && TRY_AGAIN.includes(answer.code ?? "failed")) return this.postpone(item, answer);
    if (await this.takeOff(item)) {
      const { code, detail } = answer;
      this.onChange(item.id, answer.ok ? { state: "saved", answer, item } : { state: "refused", code, detail, item });
    }
    return true;
  }

  /** @param {Item} item @param {Ack} answer */
  async postpone(item, answer) {
    const tries = item.tries + 1;
    await this.inTurn(async () => {
      const now = await this.current(item);
      // The server stumbled over this one: let the others pass before it is tried again.
      if (now) await this.shelf.set({ ...now, tries, at: answer.code === "failed" ? behind(await this.shelf.all()) : now.at });
    });
    return this.rest(tries);
  }

  /** Stops sending for as long as after so many tries. @param {number} tries @returns {false} */
  rest(tries) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), pause(tries));
    this.wanted = false;
    return false;
  }

  /** @param {Item} item @returns {Promise<boolean>} false where a newer edition has taken its place meanwhile */
  takeOff(item) {
    return this.inTurn(async () => {
      if (!(await this.current(item))) return false;
      await this.shelf.remove(item.id);
      return true;
    });
  }

  /** @param {Item} item */
  async current(item) {
    return (await this.shelf.all()).find((one) => one.id === item.id && one.edition === item.edition);
  }

  /** @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  inTurn(work) {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }
}

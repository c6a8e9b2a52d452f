// @ts-check
/** A leader's commands: one after another, each with the version its leader was looking at, and each answered in words. */
import { t } from "../words.js";

/**
 * @typedef {import("../line.js").Ack} Ack
 * @typedef {{ state: import("../state.js").State, connected: boolean, send: (event: string, payload: object) => Promise<Ack>, sync: () => void }} Line
 */

export class Orders {
  /**
   * @param {Line} line
   * @param {() => void} onChange a button begins or ends to wait
   * @param {(text: string, tone?: string) => void} say
   */
  constructor(line, onChange, say) {
    this.line = line;
    this.onChange = onChange;
    this.say = say;
    /** @type {Set<string>} */
    this.waiting = new Set();
    /** @type {Promise<unknown>} */
    this.last = Promise.resolve();
    /** @type {number | undefined} the last of mine that can be taken back */
    this.deed = undefined;
  }

  /** May the button with this key be pressed now? @param {string} key */
  ready(key) {
    return this.line.connected && this.line.state.ready && !this.waiting.has(key);
  }

  /** The same for a form in a dialog, which the Enter key sends and which hides that there is no connection. @param {string} key */
  may(key) {
    if (!this.line.connected) this.say(t("offline"), "danger");
    return this.ready(key);
  }

  /**
   * Gives a command and tells what came of it where that is not what was asked. A button that waits is not pressed twice.
   * @param {string} what the contract's `do`
   * @param {Record<string, any>} [more]
   * @param {string} [key] of the button
   * @param {number} [rest] ms from the press in which the button stays in peace, however quick the answer
   * @returns {Promise<Ack>}
   */
  async give(what, more = {}, key = what, rest = 0) {
    if (this.waiting.has(key)) return { ok: false, code: "busy" };
    this.waiting.add(key);
    this.onChange();
    const rested = new Promise((done) => (rest ? setTimeout(done, rest) : done(undefined)));
    // In turn: the second of two quick presses must not call the first one's change somebody else's.
    const answer = this.last.then(() => this.line.send("command", { do: what, expect: this.line.state.version, ...more }));
    this.last = answer;
    const ack = await answer;
    rested.then(() => this.wake(key));
    if (!ack.ok) this.refused(what, ack.code ?? "failed");
    if (ack.deed) this.deed = ack.deed;
    return ack;
  }

  /** The button may be pressed again. @param {string} key */
  wake(key) {
    this.waiting.delete(key);
    this.onChange();
  }

  /** @param {string} what @param {string} code */
  refused(what, code) {
    if (code === "stale" || code === "timeout") this.line.sync();
    const byClock = code === "stale" && this.line.state.step?.cause === "clock";
    const special = byClock ? "stale_clock" : `${code}_${what}`;
    this.say(t(special) === special ? t(code) : t(special), code === "stale" ? "warning" : "danger");
  }
}

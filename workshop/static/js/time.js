// @ts-check
/**
 * The server's clock as this device can know it. The device's own clock may be hours wrong and is never asked:
 * only performance.now(), which runs evenly, and exchanges with the server.
 */

const KEPT = 16; // exchanges looked at; the one with the shortest round trip is the one to believe
const STEP = 200; // ms: a larger error is corrected at once, a smaller one is slewed so that no second is shown twice
const SLEW = 0.05; // of the time that passed

export class ServerTime {
  /** @param {() => number} [steady] ms from any beginning, running evenly */
  constructor(steady = () => performance.now()) {
    this.steady = steady;
    /** @type {{ trip: number, offset: number }[]} */
    this.exchanges = [];
    this.goal = 0;
    this.offset = 0;
    this.slewedAt = 0;
    this.known = false;
  }

  /**
   * One question and answer.
   * @param {number} asked when it was sent, by `steady`
   * @param {number} answered when the answer came, by `steady`
   * @param {number} serverNow what the server's clock said in between
   */
  exchange(asked, answered, serverNow) {
    const trip = answered - asked;
    this.exchanges.push({ trip, offset: serverNow - (asked + answered) / 2 });
    if (this.exchanges.length > KEPT) this.exchanges.shift();
    this.goal = this.exchanges.reduce((best, one) => (one.trip < best.trip ? one : best)).offset;
    this.known = true;
  }

  /**
   * A message that carried the server's time, with nobody knowing how long it travelled: better than nothing, only.
   * @param {number} serverNow
   */
  hint(serverNow) {
    if (!this.known) this.goal = serverNow - this.steady();
  }

  /** After sleep `steady` may have stood still: what was measured before no longer counts. */
  forget() {
    this.exchanges = [];
    this.known = false;
  }

  /** Milliseconds since the epoch on the server's clock. */
  now() {
    const at = this.steady();
    const error = this.goal - this.offset;
    const most = (at - this.slewedAt) * SLEW;
    this.offset += Math.abs(error) > STEP ? error : Math.max(-most, Math.min(most, error));
    this.slewedAt = at;
    return at + this.offset;
  }
}

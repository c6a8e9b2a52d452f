// @ts-check
/**
 * The connection between this page and its room: keeps `state` true, knows the server's time, notices when it is dead.
 * The socket library reconnects by itself; this adds what the library does not notice.
 */
import { io } from "../vendor/socket.io.js";
import { within } from "./patience.js";
import { ours } from "./root.js";
import { isBehind, missed, nothing, reduce } from "./state.js";
import { ServerTime } from "./time.js";

export { reduce } from "./state.js";

/**
 * @typedef {import("./state.js").State} State
 * @typedef {Partial<Omit<import("./wire.js").Done, "ok">> & { ok: boolean, code?: string, detail?: string }} Ack
 *   besides the contract's codes: `offline` (not sent) and `timeout` (sent, no answer: nobody knows)
 */

const PROBE_EVERY = 2500; // with PROBE_WITHIN at most 4.5 s until a dead line is noticed
const PROBE_WITHIN = 2000;
const SNAPSHOT_WITHIN = 3000;
const OPEN_WITHIN = 3000; // short: an attempt that is swallowed must not outlast the network's return
const QUIET = 3000; // a line that is back by then was not worth a word: a room went to another process, a server was renewed
const SETTLE = 500; // an answer may overtake the event it knows of: look again after this before asking for all
const BUSY = ["busy", "too_fast"];
const REFUSALS = ["unauthorized", "closed"]; // final: trying again would not help

/** @param {number} from @param {number} to ms; a room full of phones must not come back at one moment */
const between = (from, to) => from + Math.random() * (to - from);

/**
 * @typedef {object} Options
 * @property {string} code of the room: a proxy may send its requests to one of several processes
 * @property {Record<string, any>} auth `{token}` of a person; `{as: "leader" | "screen", code}` with the page's cookie
 * @property {(state: State, event: string) => void} [onChange] after every event; also `connect`, `disconnect`
 * @property {(answer: Ack, trip: number) => void} [onProbe] after every probe that was answered, with the ms that took
 * @property {(code: string) => void} [onRefused] `unauthorized`, `closed` or `removed`: the line stays closed
 */

/** @param {Options} options */
export function connect(options) {
  const line = new Line(options);
  line.listen();
  return line;
}

class Line {
  /** @param {Options} options */
  constructor({ code, auth, onChange = () => {}, onRefused = () => {}, onProbe = () => {} }) {
    this.auth = auth;
    this.onChange = onChange;
    this.onRefused = onRefused;
    this.onProbe = onProbe;
    /** @type {State} */
    this.state = nothing;
    this.time = new ServerTime();
    this.ended = false;
    this.failures = this.misses = this.late = this.heard = 0;
    this.lost = performance.now();
    this.fresh = false; // a snapshot has come over the present connection
    this.wantsWall = false;
    this.socket = io({
      path: ours("/socket.io"),
      auth,
      query: { code },
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: OPEN_WITHIN,
      reconnectionDelay: 500,
      reconnectionDelayMax: 2000,
      randomizationFactor: 0.5,
    });
  }

  listen() {
    // The server's first events may be handed out before `connect` is: nothing of them may be reset there.
    this.socket.onAny((event, payload) => this.take(event, payload));
    this.socket.on("connect", () => this.onConnect());
    this.socket.on("disconnect", (reason) => this.onDisconnect(reason));
    this.socket.on("connect_error", (error) => this.onConnectError(error));
    this.socket.io.on("packet", () => {
      this.heard = this.time.steady();
    });
    this.probing = setInterval(() => document.visibilityState === "visible" && this.probe(), PROBE_EVERY);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.wake());
    window.addEventListener("pageshow", (event) => event.persisted && this.wake());
    window.addEventListener("online", () => this.wake());
  }

  get connected() {
    return this.socket.connected;
  }

  /** Has there been no connection for so long that it is worth a word? `onChange` is called when that moment has come. */
  get missing() {
    return !this.connected && performance.now() - this.lost >= QUIET;
  }

  /** Milliseconds since the epoch on the server's clock. */
  now() {
    return this.time.now();
  }

  /**
   * Begins with what an earlier visit knew, until the room itself answers.
   * @param {import("./pocket.js").Copy} copy
   */
  recall({ state, ahead }) {
    if (this.state.ready) return;
    this.state = { ...nothing, ...state, wall: { ...nothing.wall, ...state.wall, seq: null } };
    this.time.hint(Date.now() + ahead);
  }

  /**
   * Never rejects and never hangs: an answer, or a code that says why there is none. What must not be lost goes
   * through the outbox, which calls this.
   * @param {string} event
   * @param {Record<string, any>} [payload]
   * @param {number} [within] ms
   * @returns {Promise<Ack>}
   */
  async send(event, payload = {}, within = 5000) {
    if (!this.socket.connected) return { ok: false, code: "offline" };
    try {
      return await this.socket.timeout(within).emitWithAck(event, payload);
    } catch {
      return { ok: false, code: "timeout" };
    }
  }

  /** The wall is not in the snapshot: a page that shows it asks once; after that it is kept up to date. */
  async fetchWall() {
    this.wantsWall = true;
    if (this.fetching || this.ended || !this.state.room) return;
    this.fetching = true;
    const headers = this.auth.token ? { Authorization: `Bearer ${this.auth.token}` } : undefined;
    const patience = 8000 * ++this.misses; // else what takes longer is begun again and again
    try {
      const answer = await fetch(ours(`/api/rooms/${this.state.room.code}/wall`), { headers, signal: within(patience) });
      if (answer.ok) {
        const wall = await answer.json();
        this.misses = 0;
        this.take("wall_fetched", wall);
      }
    } catch {
      // No network, or no answer: the next probe, event or snapshot asks again.
    } finally {
      this.fetching = false;
    }
  }

  /** The end of this line, by our own hand. */
  close() {
    this.ended = true;
    clearInterval(this.probing);
    clearTimeout(this.lateSnapshot);
    this.socket.disconnect();
  }

  /** @param {string} event @param {any} payload */
  take(event, payload) {
    const gap = missed(this.state, event, payload);
    this.state = reduce(this.state, event, payload);
    if (event === "snapshot") {
      this.fresh = true;
      clearTimeout(this.lateSnapshot);
      this.time.hint(payload.now);
    }
    if (gap) this.sync();
    if (event === "removed") this.refuse("removed");
    this.keepWall();
    this.onChange(this.state, event);
  }

  /** Fetches the wall again where it is behind, not all phones at one moment. */
  keepWall() {
    if (!this.wantsWall || this.wallTimer || !this.wallIsBehind) return;
    this.wallTimer = setTimeout(
      () => {
        this.wallTimer = undefined;
        if (this.wallIsBehind) this.fetchWall();
      },
      between(100, 1000),
    );
  }

  get wallIsBehind() {
    const { seq, seen } = this.state.wall;
    return seq === null || seq !== seen;
  }

  onConnect() {
    this.failures = this.misses = this.late = 0;
    if (!this.fresh) this.awaitSnapshot();
    this.measure();
    this.onChange(this.state, "connect");
  }

  /**
   * Asks again for a snapshot that is late. A server that answers is busy, not gone: a room full of new connections
   * would keep it so.
   */
  awaitSnapshot() {
    const connection = this.socket.id;
    const ask = async () => {
      const asked = this.time.steady();
      const { ok, code = "" } = await this.send("sync");
      if (this.fresh || connection !== this.socket.id) return;
      if (ok || BUSY.includes(code) || this.heard > asked) this.awaitSnapshot();
      else this.startOver();
    };
    this.lateSnapshot = setTimeout(ask, SNAPSHOT_WITHIN + between(0, 500));
  }

  /** @param {string} reason */
  onDisconnect(reason) {
    this.fresh = false;
    clearTimeout(this.lateSnapshot);
    // The server let this one go (a fourth tab was opened): the library stays away then, we come back in a while.
    if (reason === "io server disconnect") this.tryLater(20_000, 40_000);
    this.lost = performance.now();
    setTimeout(() => this.missing && this.onChange(this.state, "missing"), QUIET + 50); // timers may be a little early
    this.state = reduce(this.state, "disconnect", null);
    this.onChange(this.state, "disconnect");
  }

  /** @param {Error & { data?: { code?: string, why?: string } }} error */
  onConnectError(error) {
    const { code = "", why } = error.data ?? {};
    if (why) return this.take("removed", { why });
    if (REFUSALS.includes(code)) return this.refuse(code);
    // Where a network swallows websockets without a word, polling gets its turn first.
    if (++this.failures % 2 === 0) this.socket.io.opts.transports?.reverse();
    this.socket.io.timeout(this.failures % 4 === 0 ? 8000 : OPEN_WITHIN); // now and then, for a network that is only slow
    if (!this.socket.active) this.tryLater(500, 2000);
  }

  /** @param {number} from @param {number} to ms */
  tryLater(from, to) {
    setTimeout(() => this.ended || this.socket.connected || this.socket.connect(), between(from, to));
  }

  /** @param {string} code */
  refuse(code) {
    this.close();
    this.onRefused(code);
  }

  /** Throws the connection away, however alive it looks, and makes another. */
  startOver() {
    if (!this.ended) this.socket.disconnect().connect();
  }

  /** The page is looked at again: a socket that slept may look connected and be dead. */
  wake() {
    if (this.ended) return;
    this.time.forget();
    if (this.socket.connected) this.measure();
    else this.startOver();
  }

  /** Several exchanges, one after another: the quickest tells the time best. One is enough where it is known. */
  async measure() {
    const times = this.time.known ? 1 : 5;
    for (let i = 0; i < times && (await this.probe()); i += 1);
  }

  /**
   * Is the line alive, what time is it there, was anything missed? Sent only while connected, so it need not be
   * volatile: a volatile packet is dropped while a poll is under way, and would look like death.
   * @returns {Promise<boolean>}
   */
  async probe() {
    if (!this.socket.connected) return false;
    const connection = this.socket.id;
    const asked = this.time.steady();
    const answer = await this.send("clock", {}, PROBE_WITHIN);
    if (connection !== this.socket.id) return false; // about a connection that is gone already
    if (answer.code !== "timeout") this.late = 0;
    else if (this.heard < asked || ++this.late > 2) this.startOver(); // the third: we hear, and are not heard
    if (answer.code === "closed") this.refuse("closed"); // the room was erased under us
    if (!answer.ok || answer.now === undefined) return false;
    const answered = this.time.steady();
    this.time.exchange(asked, answered, answer.now);
    this.onProbe(answer, answered - asked);
    setTimeout(() => this.compare(answer), SETTLE);
    return true;
  }

  /** @param {Ack} there an answer to `clock`: how far the server was */
  compare(there) {
    if (!this.fresh) return; // a snapshot is on its way anyway
    if (isBehind(this.state, there)) this.sync();
    this.state = reduce(this.state, "wall_seen", there);
    this.keepWall();
  }

  /** Asks for a fresh snapshot, once at a time. */
  async sync() {
    if (this.syncing) return;
    this.syncing = true;
    await this.send("sync");
    this.syncing = false;
  }
}

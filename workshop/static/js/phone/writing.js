// @ts-check
/** What this person writes: kept while typing, handed to the outbox, and how far each piece has come. */
import { over, tidy } from "../most.js";
import { openOutbox, uuid } from "../outbox.js";
import { samen } from "../root.js";

const AFTER_TYPING = 1000; // ms without a key before it goes
export const NOTE = 2000; // characters, at most
export const POST = 280;
const NEED = 60;

/**
 * @typedef {import("../outbox.js").Status} Status
 * @typedef {import("../outbox.js").Item} Item
 * @typedef {{ id: string, prompt: string, round: number | null, text: string, visibility: string, by?: number, sheet?: boolean, elsewhere?: boolean }} Note
 * @typedef {{ text?: string, visibility?: string, signed?: boolean }} Edit
 * @typedef {Edit & { prompt?: string, round?: number | null, group?: number | null, settled?: boolean, id?: string }} Draft of a note, by its id; or of a post, by its place: `post.<column>`, or `post.<column>.<id>` of one that was refused while the next was being typed
 * @typedef {{ id: string, column: string, text: string, signed: boolean, hidden?: boolean, status: string }} OwnPost
 */

export class Writing {
  /**
   * @param {string} code of the room
   * @param {import("../shelf.js").Place} place what this phone may remember
   * @param {ReturnType<typeof import("../line.js").connect>} line
   * @param {() => void} onChange
   * @param {(code: string) => void} onRefused of what has no place of its own to say so
   */
  constructor(code, place, line, onChange, onRefused) {
    this.key = `${samen}.${code}.drafts`;
    this.name = code;
    this.place = place;
    this.full = false; // then what was typed is on this page alone
    this.line = line;
    this.onChange = onChange;
    this.onRefused = onRefused;
    /** @type {Record<string, Draft>} */
    this.drafts = JSON.parse(place.getItem(this.key) ?? "{}");
    /** @type {Map<string, Status>} what is waiting or was refused */
    this.pending = new Map();
    this.opened = false;
    /** @type {Map<string, ReturnType<typeof setTimeout>>} */
    this.typing = new Map();
    /** @type {Set<string>} what was typed in this tab; another tab of this phone sends its own */
    this.mine = new Set();
    /** @type {Map<string, string>} ids of notes that are not begun yet */
    this.blank = new Map();
  }

  /** Sends what an earlier visit left. @param {number} person */
  async open(person) {
    if (this.opened) return this.sendAll();
    this.opened = true;
    this.outbox = await openOutbox(`${this.name}.${this.box(person)}`, this.hand.bind(this), (id, status) => this.told(id, status));
    for (const item of await this.outbox.waiting()) {
      if (!this.pending.has(item.id)) this.pending.set(item.id, { state: "waiting", item });
    }
    await this.sendAll();
  }

  /** Whoever this phone came in as: a merge gives them another number, and what waits has to be found again. @param {number} person @returns {string} */
  box(person) {
    const kept = `${samen}.${this.name}.box`;
    const box = this.place.getItem(kept) ?? String(person);
    try {
      this.place.setItem(kept, box);
    } catch {
      // This phone is full: it is found as long as they keep their number.
    }
    return box;
  }

  /** All that waits, and all that is typed: the room is there again. */
  async sendAll() {
    this.flush();
    this.outbox?.flush();
    await this.align();
  }

  /**
   * Hands one piece over, once it is known where the room is.
   * @param {string} event
   * @param {Record<string, any>} payload
   * @param {number} within ms
   * @returns {Promise<import("../line.js").Ack>}
   */
  async hand(event, payload, within) {
    const { fresh, state } = this.line;
    if (fresh === false) return { ok: false, code: "offline" };
    if (event === "choose" && isPast(payload, state)) return { ok: false, code: "stale" };
    if (event === "sit" && payload.group !== state.group?.id) return { ok: false, code: "stale" }; // another draw
    return this.line.send(event, payload, within);
  }

  /** Another tab of this phone wrote, or something arrived there: what is kept on the phone is right. */
  async reread() {
    if (this.full) return this.align();
    const before = this.drafts;
    this.drafts = JSON.parse(this.place.getItem(this.key) ?? "{}");
    for (const id of this.mine) if (this.drafts[id]?.text !== before[id]?.text) this.mine.delete(id);
    await this.align();
  }

  /** What waited here and was sent from another tab waits no more; a note that was refused there stays. */
  async align() {
    const left = new Set((await this.outbox?.waiting())?.map(({ id }) => id));
    for (const [id, { state, item }] of this.outbox ? this.pending : []) {
      const there = item.event !== "note" || (this.stored.find((note) => note.id === id)?.text ?? "") === item.payload.text;
      if (state === "waiting" && !left.has(id) && there && this.pending.delete(id)) this.settle(id, item.payload);
    }
    this.onChange();
  }

  /** @returns {Note[]} as the server has them */
  get stored() {
    const { notes, me } = this.line.state;
    return /** @type {Note[]} */ (notes).filter((note) => note.by === me?.id && !note.elsewhere);
  }

  /** All of my notes, with what is being typed in them; oldest round first. @returns {Note[]} */
  get notes() {
    const notes = new Map(this.stored.map((note) => [note.id, note]));
    for (const [id, draft] of Object.entries(this.drafts)) {
      if (draft.prompt) notes.set(id, /** @type {Note} */ ({ id, round: null, ...notes.get(id), ...draft }));
    }
    return [...notes.values()].sort((a, b) => (a.round ?? 0) - (b.round ?? 0));
  }

  /**
   * The note for a prompt, begun or not. Outside the rounds there is one of each.
   * @param {{ key: string, visibility: string }} prompt
   * @param {number | null} round
   * @returns {Note}
   */
  slot(prompt, round) {
    const begun = this.notes.find((note) => note.prompt === prompt.key && (round === null || note.round === round));
    if (begun) return begun;
    const name = `${prompt.key} ${round}`;
    const id = this.blank.get(name) ?? uuid();
    this.blank.set(name, id);
    return { id, prompt: prompt.key, round, text: "", visibility: prompt.visibility };
  }

  /** Where I sit, as far as this phone knows: what I write is for those who sit there. @returns {number | null} */
  get table() {
    return this.line.state.group?.id ?? null;
  }

  /** Who was chosen last to read something: offered again, save the organiser, who is chosen each time. @returns {string | undefined} */
  get lastReader() {
    return this.drafts.reader?.visibility;
  }
  set lastReader(visibility) {
    if (visibility !== "organiser") this.keep("reader", { visibility });
  }

  /** @param {Note} note @param {Edit} edit */
  write(note, edit) {
    const { prompt, round, text, visibility } = note;
    const draft = this.drafts[note.id];
    const { group = this.table } = (!edit.visibility && draft?.text && draft) || {}; // for the table where it was chosen
    this.keep(note.id, { prompt, round, text, visibility, group, ...edit });
    this.mine.add(note.id);
    clearTimeout(this.typing.get(note.id));
    this.typing.set(
      note.id,
      setTimeout(() => this.send(note.id), AFTER_TYPING),
    );
    this.onChange();
  }

  /** @param {string} id @param {Draft | null} draft */
  keep(id, draft) {
    if (draft) this.drafts[id] = draft;
    else delete this.drafts[id];
    try {
      this.place.setItem(this.key, JSON.stringify(this.drafts));
      this.full = false;
    } catch {
      this.full = true;
      // This phone is full: it is kept as long as the page is open, and goes as soon as it can.
    }
  }

  /** Hands a note over; nothing was written and nothing stored: nothing goes. @param {string} id */
  send(id) {
    clearTimeout(this.typing.get(id));
    const draft = this.drafts[id];
    if (!draft?.prompt || !this.outbox) return;
    if (draft.settled) return this.keep(id, null);
    const text = tidy(draft.text);
    if (over(text, NOTE)) return; // it stays here, and says so
    if (!text && !this.pending.has(id) && !this.stored.some((note) => note.id === id)) return;
    const { prompt, visibility, round, group } = draft;
    this.outbox.put("note", { id, prompt, text, visibility, ...(group !== undefined && { group }), ...(round && { round }) });
  }

  /** Hands over all that is typed: the field was left, the step is over, the page goes to sleep. */
  flush() {
    for (const id of Object.keys(this.drafts)) if (this.line.state.pen || this.mine.has(id)) this.send(id);
  }

  /** How far a note is: "", `waiting`, `saved`, `long` (it stays on the phone), or the code of a refusal. @param {string} id */
  status(id) {
    const status = this.pending.get(id);
    const draft = this.drafts[id];
    if (draft?.prompt && over(draft.text, NOTE)) return "long";
    if (status?.state === "refused") return status.code ?? "failed";
    const stored = this.stored.some((note) => note.id === id);
    if (status || (draft && !draft.settled && (draft.text?.trim() || stored))) return "waiting";
    return stored ? "saved" : "";
  }

  /** The outbox says how far something is. @param {string} id @param {Status} status */
  told(id, status) {
    const { item, state, code = "failed", answer } = status;
    if (state === "saved") this.pending.delete(id);
    else this.pending.set(id, status);
    if (state === "saved") this.arrived(item, answer);
    if (state === "refused" && item.event !== "note") this.givenBack(item, code);
    this.onChange();
  }

  /**
   * Refused, and with no field of its own to say so. A line for the wall goes back to where it was written, or beside what
   * is being typed there; a need of one's own too, unless another is typed already.
   * @param {Item} item @param {string} code
   */
  givenBack({ id, event, payload }, code) {
    const field = `post.${payload.column}`;
    const isTaken = this.drafts[field]?.text && this.drafts[field].id !== id;
    if (event === "post" && payload.text) this.keep(isTaken ? `${field}.${id}` : field, { text: payload.text, signed: payload.signed });
    if (event === "safe" && payload.own && !this.isSaid(payload.own) && !this.drafts.need?.text) this.keep("need", { text: payload.own });
    this.pending.delete(id);
    if (code !== "stale" || event === "tally" || event === "safe") this.onRefused(code); // of the others one sees what is so now
  }

  /** Does my table have this need of my own already? @param {string} own */
  isSaid(own) {
    const { me, group } = this.line.state;
    return Boolean(group?.members.find((/** @type {any} */ { id }) => id === me?.id)?.safe?.includes(`own:${own}`));
  }

  /** What the server does not tell the one who did it. @param {Item} item @param {import("../line.js").Ack} [answer] */
  arrived({ id, event, payload }, answer) {
    const { me, my_posts, my_recognised } = this.line.state;
    if (event === "note") {
      const { group, visibility, ...rest } = payload;
      const note = { ...rest, visibility: answer?.visibility ?? visibility };
      const draft = this.drafts[id];
      if (note.visibility !== visibility) {
        // I was moved before it came, so it is mine alone; unless I chose anew at this table.
        if (draft?.group === group && draft?.visibility === visibility) this.keep(id, { ...draft, visibility: note.visibility });
        this.onRefused("moved");
      }
      this.line.take("note_saved", { round: null, ...note, by: me?.id });
      this.settle(id, note);
    }
    if (event === "recognise") {
      const others = my_recognised.filter((post) => post !== payload.post);
      this.line.take("my_posts", { posts: my_posts, recognised: payload.on ? [...others, payload.post] : others });
    }
  }

  /**
   * The draft has done its work, unless someone types on in it; a last space is kept until the field is left.
   * @param {string} id
   * @param {any} payload
   */
  settle(id, payload) {
    const draft = this.drafts[id];
    if (!draft || tidy(draft.text) !== payload.text || draft.visibility !== payload.visibility) return;
    this.keep(id, draft.text === payload.text ? null : { ...draft, settled: true });
  }

  /** @param {string} place the column, or `<column>.<id>` @returns {Draft} */
  postDraft(place) {
    return this.drafts[`post.${place}`] ?? { text: "", signed: false };
  }

  /** @param {string} place @param {Edit} edit */
  draftPost(place, edit) {
    this.keep(`post.${place}`, { ...this.postDraft(place), ...edit });
    this.onChange();
  }

  /** The draft goes only when the line lies safe in the outbox; pressed twice it is one line. @param {string} place */
  async post(place) {
    const [column] = place.split(".");
    const draft = this.postDraft(place);
    const { text, signed = false, id = uuid() } = draft;
    if (!tidy(text) || over(text, POST) || !this.outbox) return;
    this.keep(`post.${place}`, { ...draft, id });
    await this.outbox.put("post", { id, column, text: tidy(text), signed });
    const after = this.postDraft(place);
    if (after.id === id) this.keep(`post.${place}`, after.text === text ? null : { ...after, id: undefined });
    this.onChange();
  }

  /** Empty text deletes. @param {OwnPost} post */
  takeOff({ id, column, signed }) {
    this.outbox?.put("post", { id, column, text: "", signed });
  }

  /** My lines on the wall, also those on their way (`waiting`). @returns {OwnPost[]} */
  get posts() {
    /** @type {Map<string, any>} */
    const posts = new Map(this.line.state.my_posts.map((post) => [post.id, { ...post, status: "saved" }]));
    for (const { item, state, code } of this.pending.values()) {
      if (item.event !== "post") continue;
      if (item.payload.text) posts.set(item.id, { ...item.payload, status: state === "refused" ? code : state });
      else if (state === "waiting") posts.delete(item.id);
    }
    return [...posts.values()];
  }

  /** Whether I recognise a post. @param {string} post */
  recognises(post) {
    return this.pending.get(`recognise:${post}`)?.item.payload.on ?? this.line.state.my_recognised.includes(post);
  }

  /** @param {string} post */
  recognise(post) {
    this.outbox?.put("recognise", { post, on: !this.recognises(post) }, `recognise:${post}`);
  }

  /** @param {number} round @param {string} counter @param {number} by */
  tally(round, counter, by) {
    this.outbox?.put("tally", { id: uuid(), round, counter, by, group: this.table });
  }

  /** A count, with what is on its way. @param {number} round @param {string} counter */
  count(round, counter) {
    const known = this.line.state.group?.tally?.[round]?.[counter] ?? 0;
    const coming = [...this.pending.values()].map(({ item }) => item).filter((item) => item.event === "tally");
    const mine = coming.filter(({ payload }) => payload.round === round && payload.counter === counter);
    return Math.max(
      0,
      mine.reduce((sum, { payload }) => sum + payload.by, known),
    );
  }

  /** What I need, as last said. @param {string[]} known of the server @returns {{ keys: string[], own: string }} */
  safe(known) {
    const coming = this.pending.get("safe")?.item.payload;
    if (coming) return { keys: coming.keys, own: coming.own ?? "" };
    const own = known.find((key) => key.startsWith("own:"))?.slice(4) ?? "";
    return { keys: known.filter((key) => !key.startsWith("own:")), own };
  }

  /** The card of my table, as chosen here or there. @param {string | null | undefined} known of the server */
  topic(known) {
    return this.pending.get("choose")?.item.payload.topic ?? known;
  }

  /** @param {string} topic @param {number | null} round in which it was chosen */
  choose(topic, round) {
    this.outbox?.put("choose", { topic, round, was: this.line.state.group?.topic ?? null }, "choose");
  }

  /** Whether I said that I sit at my table, here or on another phone of mine. @param {boolean | undefined} known of the server */
  sits(known) {
    return this.pending.get("sit")?.item.payload.on ?? Boolean(known);
  }

  /** @param {boolean} on */
  sit(on) {
    this.outbox?.put("sit", { on, group: this.line.state.group?.id }, "sit");
  }

  /** What is typed under what I need, and not yet added. @returns {string | undefined} */
  get typedNeed() {
    return this.drafts.need?.text;
  }

  /** What is typed and goes only when one says so, by its field: `post.<place>`, or `need`. @returns {[string, string][]} */
  get unsent() {
    const typed = Object.entries(this.drafts).filter(([field, { text }]) => /^(post\.|need$)/.test(field) && text?.trim());
    return typed.map(([field, { text }]) => [field, text ?? ""]);
  }

  /** @param {string[]} keys @param {string} typed @param {string} before what stays where that is too long */
  need(keys, typed, before) {
    const own = over(typed, NEED) ? before : typed;
    if (own === typed) this.keep("need", null);
    this.outbox?.put("safe", { keys, ...(own && { own }), group: this.table }, "safe");
  }

  /** Nothing of me stays behind on this phone. */
  async forget() {
    this.typing.forEach(clearTimeout);
    this.drafts = {};
    this.mine.clear();
    this.pending.clear();
    this.place.removeItem(this.key);
    await this.outbox?.clear();
  }
}

/** A choice that waited: another round has begun, or someone else at the table chose since. @param {Record<string, any>} choice @param {import("../state.js").State} state */
const isPast = ({ topic, round, was }, { step, group }) => round !== (step?.round ?? null) || ![topic, was].includes(group?.topic ?? null);

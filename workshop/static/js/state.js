// @ts-check
/**
 * What a page knows about its room: a snapshot and the events after it, reduced to one value. Pure, and the same for
 * every page; a page that is not told something (a phone: people) simply has none of it.
 */

/**
 * @typedef {import("./wire.js").Told} Told
 * @typedef {import("./wire.js").Kept} Kept
 * @typedef {Record<string, any> & { id: any }} Row
 * @typedef {import("./wire.js").Step & { cause?: "leader" | "clock" }} Step where the room is; `cause`: who brought it there, once that was told
 * @typedef {{ seq: number | null, seen: number | null, posts: import("./wire.js").Post[] }} Wall
 *   `seq` is up to where `posts` are true, `seen` how far the wall itself is; both null before anything is known
 * @typedef {"step" | "me" | "progress" | "address" | "links"} Once what is null before a snapshot, and for whom it is not
 * @typedef {Omit<Kept, Once> & { [K in Once]: Kept[K] | null } & { step: Step | null }} Parts what of a snapshot is kept up to date, as wire.d.ts has it
 * @typedef {object} Around
 * @property {boolean} ready a snapshot has come
 * @property {number} version
 * @property {Record<string, number | null>} seq
 * @property {import("./wire.js").Room | null} room
 * @property {Wall} wall
 * @property {boolean} pen
 * @property {boolean | string} removed why, once it is so
 * @typedef {Parts & Around} State
 * @typedef {Told & { wall_fetched: import("./wire.js").Wall, wall_seen: import("./wire.js").Done, note_saved: import("./wire.js").Note, disconnect: null }} Heard
 *   what is told, and what the page itself comes to know: the answer of GET …/wall, one to `clock`, a note that was
 *   acknowledged, the end of the line
 */

/** @type {State} */
export const nothing = Object.freeze({
  ready: false,
  version: -1,
  seq: {},
  room: null,
  programme: [],
  step: null,
  me: null,
  group: null,
  notes: [],
  my_posts: [],
  my_recognised: [],
  people: [],
  groups: [],
  shown: false,
  wishes: [],
  wall: { seq: null, seen: null, posts: [] },
  hidden: [],
  notices: [],
  said: [],
  progress: null,
  trail: [],
  links: null,
  own_notes: [],
  address: null,
  pen: true,
  removed: false,
});

/** A browser that lacks this (Safari before 15.4) lacks more: then no page starts, and it says that the browser is too old. */
const hasOwn = Object.hasOwn.bind(Object);

/** As many as the server tells leaders of. */
const NOTICES_KEPT = 20;

/**
 * @param {State} state
 * @param {string} event
 * @param {any} payload as `Heard` has it
 * @returns {State} the same object when nothing changed
 */
export function reduce(state, event, payload) {
  if (!hasOwn(FOLDS, event) || isOld(state, event, payload)) return state;
  const fold = /** @type {Record<string, (state: State, said: any) => Partial<State> | null>} */ (FOLDS)[event];
  const different = fold(state, payload);
  if (!different) return state;
  const after = { ...state, ...different };
  return isCounted(event) ? { ...after, seq: { ...after.seq, [event]: payload.seq } } : after;
}

/**
 * Has something been missed before this event? Then a fresh snapshot is wanted. The wall is not in it: a gap there
 * shows as `seen` ahead of `seq`.
 * @param {State} state
 * @param {string} event
 * @param {any} payload
 */
export function missed(state, event, payload) {
  if (!state.ready) return false;
  if (event === "step") return payload.version > state.version + 1;
  if (!isCounted(event) || event === "wall") return false;
  if (isOtherGroup(state, event, payload)) return state.group !== null && payload?.id != null;
  const known = state.seq[event];
  return typeof known === "number" && payload?.seq > known + 1;
}

/**
 * Is the server further than this page, by what an answer to `clock` says? Where one's first group was told by a message,
 * nothing is known yet of how its notes are counted, and nothing is missed. Of a stream that only a newer server has nothing is
 * folded here, and no snapshot would mend that.
 * @param {State} state
 * @param {{ version?: number, seq?: Record<string, number | null> }} there
 */
export function isBehind(state, there) {
  if ((there.version ?? -1) > state.version) return true;
  const first = state.group && state.seq.notes === undefined ? "notes" : "wall";
  return Object.entries(there.seq ?? {}).some(
    ([stream, seq]) => isCounted(stream) && stream !== "wall" && stream !== first && typeof seq === "number" && seq > (state.seq[stream] ?? -1),
  );
}

/**
 * Rows with `changed` put in their places or at the end, without the `gone`.
 * @template {{ id: any }} R
 * @param {R[]} rows
 * @param {R[]} changed
 * @param {any[]} gone
 */
export function upsert(rows, changed, gone = []) {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const row of changed) byId.set(row.id, row);
  for (const id of gone) byId.delete(id);
  return [...byId.values()];
}

/**
 * The lines of a wall as they stand there: each with its `lines`, those that were put together under it. A line whose
 * title is not among the posts stands by itself.
 * @param {Row[]} posts
 * @returns {(Row & { lines: Row[] })[]}
 */
export function together(posts) {
  const top = new Map(posts.map((post) => [post.id, /** @type {Row & { lines: Row[] }} */ ({ ...post, lines: [] })]));
  for (const post of posts) {
    const title = top.get(post.bundle);
    if (title && post.id !== post.bundle) title.lines.push(post);
  }
  return [...top.values()].filter((post) => !top.has(post.bundle));
}

/** Does this message belong to the step the room is in? It ends with it, and comes back where that goes on as it was. @param {State} state */
export const stands =
  ({ step }) =>
  (/** @type {import("./wire.js").Notice} */ notice) =>
    notice.at >= (step?.entered_at ?? 0);

/** @param {string} event @returns {event is import("./wire.js").Counted} */
const isCounted = (event) => hasOwn(COUNTED, event);

/** The streams that are counted by `seq`: what is older than what is known is nothing. @type {Record<import("./wire.js").Counted, true>} */
const COUNTED = { people: true, groups: true, group: true, notes: true, wall: true };

/**
 * What each event makes of what is known, but for its number: null where nothing is different. What is told and stands in
 * no line here is an error of types.
 * @type {{ [E in keyof Heard]: (state: State, said: Heard[E]) => Partial<State> | null }}
 */
const FOLDS = {
  snapshot,
  step: (state, { version, now: _now, ...step }) =>
    version < state.version ? null : { version, step, room: state.room && { ...state.room, open: step.open, locked: step.locked } },
  programme,
  people: ({ people }, { changed, gone }) => ({ people: upsert(people, changed, gone) }),
  groups: (state, { groups, shown, wishes }) => ({ groups, shown: shown ?? state.shown, wishes: wishes ?? state.wishes }),
  group: (_, { seq: _seq, ...group }) => ({ group: group.id == null ? null : group }), // no seat is a group without an id
  notes: ({ notes }, { changed, gone }) => ({ notes: upsert(notes, changed, gone) }),
  wall: (state, said) => ({ wall: wall(state.wall, said) }),
  wall_fetched: fetched,
  wall_seen: ({ wall }, { seq }) => ((seq?.wall ?? -1) > (wall.seen ?? -1) ? { wall: { ...wall, seen: seq?.wall ?? null } } : null),
  note_saved: ({ notes }, note) => ({ notes: note.text ? upsert(notes, [saved(notes, note)]) : upsert(notes, [], [note.id]) }), // the server tells a group, not the writer who is in none
  my_notes: ({ notes }, { changed, gone }) => ({ notes: upsert(notes, changed, gone) }),
  hidden: (_, { posts }) => ({ hidden: posts }),
  my_posts: (state, { posts, recognised }) => ({ my_posts: posts, my_recognised: recognised ?? state.my_recognised }),
  notice: ({ notices, said }, notice) => ({
    notices: upsert(notices, [notice]).slice(-NOTICES_KEPT),
    said: [...said, notice.id].slice(-NOTICES_KEPT),
  }),
  unsaid: ({ notices, said }, { id }) => ({ notices: upsert(notices, [], [id]), said: said.filter((one) => one !== id) }),
  notices: (_, notices) => ({ notices }), // the server's list: for leaders who saw which, for a person what is left to see
  progress: (_, progress) => ({ progress }),
  trail: (_, trail) => ({ trail }),
  links: (_, links) => ({ links }),
  address: (_, address) => ({ address }),
  own_notes: (_, own_notes) => ({ own_notes }),
  my_phones: ({ me }, phones) => ({ me: me && { ...me, ...phones } }),
  called: ({ me }, { called }) => ({ me: me && { ...me, called: called ?? undefined } }),
  pen: ({ me }, { mine }) => ({ pen: mine, me: me && { ...me, pen: mine } }),
  removed: (_, said) => ({ removed: said?.why ?? true }),
  disconnect: ({ wall }) => ({ wall: { ...wall, seq: null } }), // a server that began anew counts anew: the wall is shown on, and trusted no longer
};

/** A note as its writer's phone sent it, with what the server alone says of it. @param {import("./wire.js").Note[]} notes @param {import("./wire.js").Note} note */
const saved = (notes, note) => ({ ...notes.find(({ id }) => id === note.id), ...note });

/** @param {State} state @param {string} event @param {any} payload */
function isOld(state, event, payload) {
  if (!isCounted(event)) return false;
  const known = state.seq[event];
  return typeof known === "number" && payload?.seq <= known && !isOtherGroup(state, event, payload);
}

/** Each group counts for itself. @param {State} state @param {string} event @param {any} payload */
function isOtherGroup(state, event, payload) {
  return event === "group" && (payload?.id ?? null) !== (state.group?.id ?? null);
}

/** @param {State} state @param {Told["snapshot"]} payload @returns {State} */
function snapshot(state, payload) {
  const { now: _now, ...rest } = payload;
  return {
    ...nothing,
    ...rest,
    ready: true,
    seq: payload.seq ?? {},
    pen: ("me" in payload && payload.me?.pen) ?? true,
    wall: { ...state.wall, seen: payload.seq?.wall ?? state.wall.seen },
  };
}

/** @param {State} state @param {Told["programme"] | { version?: number, programme: Told["programme"] }} payload the list itself, or the list with its version @returns {Partial<State>} */
function programme(state, payload) {
  if (Array.isArray(payload)) return { programme: payload };
  return { programme: payload.programme, version: Math.max(state.version, payload.version ?? state.version) };
}

/** A message fits when the posts are true up to the one before it; otherwise only how far the wall is, is learnt. @param {Wall} known @param {Told["wall"]} payload @returns {Wall} */
function wall(known, { seq, posts, gone }) {
  if (known.seq !== seq - 1) return { ...known, seen: seq };
  return { seq, seen: seq, posts: upsert(known.posts, posts, gone) };
}

/** @param {State} state @param {import("./wire.js").Wall} payload @returns {Partial<State> | null} */
function fetched(state, { seq, posts }) {
  if (state.wall.seq !== null && state.wall.seq > seq) return null;
  return { wall: { seq, seen: Math.max(seq, state.wall.seen ?? seq), posts } };
}

// @ts-check
/**
 * What a page knows of its room: a snapshot and the events after it, reduced to one value. Pure, and for every
 * page the same; a page that is not told something (a phone: people) simply has none of it.
 */

/**
 * @typedef {Record<string, any> & { id: any }} Row
 * @typedef {Record<string, any> & { kind: string, title: string, round: number | null, seconds: number }} Step of the programme
 * @typedef {{ seq: number | null, seen: number | null, posts: Row[] }} Wall
 *   `seq` is up to where `posts` are true, `seen` how far the wall itself is; both null before anything is known
 * @typedef {object} State
 * @property {boolean} ready a snapshot has come
 * @property {number} version
 * @property {Record<string, number | null>} seq
 * @property {Record<string, any> | null} room
 * @property {Step[]} programme
 * @property {Record<string, any> | null} step
 * @property {Record<string, any> | null} me
 * @property {Record<string, any> | null} group
 * @property {Row[]} notes
 * @property {Row[]} my_posts
 * @property {any[]} my_recognised
 * @property {Row[]} people
 * @property {Row[]} groups
 * @property {boolean} shown groups are no draft any more
 * @property {Record<string, any>[]} wishes who is to sit apart or together; leaders only
 * @property {Wall} wall
 * @property {Row[]} hidden what only leaders see of the wall; `hidden` in a row: that line itself was taken off
 * @property {Row[]} notices newest last; a person's are those not yet seen, a leader's say `seen` and `of`, the screen's went to all
 * @property {any[]} said ids of what was said to this person, seen or not, and not taken back
 * @property {Record<string, any> | null} progress how many wrote, opened and posted; leaders only
 * @property {Record<string, any>[]} trail what was done with phones, names and files, newest last; leaders only
 * @property {string[]} own_notes what leaders wrote for themselves, by step; leaders only
 * @property {{ base: string | null, reached: boolean } | null} address where phones come in; leaders and screen only
 * @property {boolean} pen
 * @property {boolean | string} removed why, once it is so
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
  own_notes: [],
  address: null,
  pen: true,
  removed: false,
});

/** As many as the server tells leaders of. */
const NOTICES_KEPT = 20;

/**
 * @param {State} state
 * @param {string} event a name of the contract; or `wall_fetched` with the answer of GET …/wall, `wall_seen` with
 *   one to `clock`, `note_saved` with a note that was acknowledged, `disconnect` when the line is gone
 * @param {any} payload
 * @returns {State} the same object when nothing changed
 */
export function reduce(state, event, payload) {
  if (event in STREAMS) return isOld(state, event, payload) ? state : counted(state, event, payload);
  switch (event) {
    case "snapshot":
      return snapshot(state, payload);
    case "step":
      if (payload.version < state.version) return state;
      return { ...state, version: payload.version, step: payload, room: state.room && { ...state.room, open: payload.open } };
    case "programme":
      return programme(state, payload);
    case "wall_fetched":
      return fetched(state, payload);
    case "wall_seen":
      return (payload.seq?.wall ?? -1) > (state.wall.seen ?? -1) ? { ...state, wall: { ...state.wall, seen: payload.seq.wall } } : state;
    case "note_saved": // the server tells a group, not the writer who is in none
      return { ...state, notes: payload.text ? upsert(state.notes, [saved(state.notes, payload)]) : upsert(state.notes, [], [payload.id]) };
    case "my_notes":
      return { ...state, notes: upsert(state.notes, payload.changed, payload.gone) };
    case "hidden":
      return { ...state, hidden: payload.posts };
    case "my_posts":
      return { ...state, my_posts: payload.posts, my_recognised: payload.recognised ?? state.my_recognised };
    case "notice":
      return { ...state, notices: upsert(state.notices, [payload]).slice(-NOTICES_KEPT), said: [...state.said, payload.id].slice(-NOTICES_KEPT) };
    case "unsaid":
      return { ...state, notices: upsert(state.notices, [], [payload.id]), said: state.said.filter((id) => id !== payload.id) };
    case "notices": // the server's list: for leaders who saw which, for a person what is left to see
      return { ...state, notices: payload };
    case "progress":
    case "trail":
    case "address":
    case "own_notes":
      return { ...state, [event]: payload };
    case "my_phones":
    case "called":
      return { ...state, me: state.me && { ...state.me, ...payload } };
    case "pen":
      return { ...state, pen: payload.mine };
    case "removed":
      return { ...state, removed: payload?.why ?? true };
    case "disconnect": // a server that began anew counts anew: the wall is shown on, and trusted no longer
      return { ...state, wall: { ...state.wall, seq: null } };
    default:
      return state;
  }
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
  if (!(event in STREAMS) || event === "wall") return false;
  if (isOtherGroup(state, event, payload)) return state.group !== null && payload?.id != null;
  const known = state.seq[event];
  return typeof known === "number" && payload?.seq > known + 1;
}

/**
 * Is the server further than this page, by what an answer to `clock` says?
 * @param {State} state
 * @param {{ version?: number, seq?: Record<string, number | null> }} there
 */
export function isBehind(state, there) {
  if ((there.version ?? -1) > state.version) return true;
  return Object.entries(there.seq ?? {}).some(([stream, seq]) => stream !== "wall" && typeof seq === "number" && seq > (state.seq[stream] ?? -1));
}

/**
 * Rows with `changed` put in their places or at the end, without the `gone`.
 * @param {Row[]} rows
 * @param {Row[]} changed
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
  (/** @type {Record<string, any>} */ notice) =>
    notice.at >= (step?.entered_at ?? 0);

/** A note as its writer's phone sent it, with what the server alone says of it. @param {Row[]} notes @param {any} note */
const saved = (notes, note) => ({ ...notes.find(({ id }) => id === note.id), ...note });

/** The streams that are counted by `seq`, and what a message of each does. @type {Record<string, (state: State, payload: any) => Partial<State>>} */
const STREAMS = {
  people: (state, { changed, gone }) => ({ people: upsert(state.people, changed, gone) }),
  notes: (state, { changed, gone }) => ({ notes: upsert(state.notes, changed, gone) }),
  groups: (state, { groups, shown, wishes }) => ({ groups, shown: shown ?? state.shown, wishes: wishes ?? state.wishes }),
  group: (_, group) => ({ group: group?.id == null ? null : group }), // nobody's seat is a group without an id
  wall: (state, payload) => ({ wall: wall(state.wall, payload) }),
};

/** @param {State} state @param {string} event @param {any} payload @returns {State} */
function counted(state, event, payload) {
  return { ...state, ...STREAMS[event](state, payload), seq: { ...state.seq, [event]: payload?.seq ?? null } };
}

/** @param {State} state @param {string} event @param {any} payload */
function isOld(state, event, payload) {
  const known = state.seq[event];
  return typeof known === "number" && payload?.seq <= known && !isOtherGroup(state, event, payload);
}

/** Each group counts for itself. @param {State} state @param {string} event @param {any} payload */
function isOtherGroup(state, event, payload) {
  return event === "group" && (payload?.id ?? null) !== (state.group?.id ?? null);
}

/** @param {State} state @param {any} payload @returns {State} */
function snapshot(state, payload) {
  const { now: _now, my_posts = [], my_recognised = [], ...rest } = payload;
  return {
    ...nothing,
    ...rest,
    ready: true,
    my_posts,
    my_recognised,
    seq: payload.seq ?? {},
    pen: payload.me?.pen ?? true,
    wall: { ...state.wall, seen: payload.seq?.wall ?? state.wall.seen },
  };
}

/** @param {State} state @param {any} payload the list itself, or the list with its version @returns {State} */
function programme(state, payload) {
  const steps = Array.isArray(payload) ? payload : (payload.programme ?? payload.steps);
  return { ...state, programme: steps, version: Math.max(state.version, payload.version ?? state.version) };
}

/** A message fits when the posts are true up to the one before it; otherwise only how far the wall is, is learnt. @param {Wall} known @param {any} payload @returns {Wall} */
function wall(known, { seq, posts, gone }) {
  if (known.seq !== seq - 1) return { ...known, seen: seq };
  return { seq, seen: seq, posts: upsert(known.posts, posts, gone) };
}

/** @param {State} state @param {{ seq: number, posts: Row[] }} payload @returns {State} */
function fetched(state, { seq, posts }) {
  if (state.wall.seq !== null && state.wall.seq > seq) return state;
  return { ...state, wall: { seq, seen: Math.max(seq, state.wall.seen ?? seq), posts } };
}

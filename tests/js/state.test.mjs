import assert from "node:assert/strict";
import test from "node:test";
import { isBehind, missed, nothing, reduce, stands, together, upsert } from "../../workshop/static/js/state.js";

const step = (version, more = {}) => ({ version, now: 1, index: 0, kind: "welcome", round: null, clock: {}, cause: "leader", ...more });
const snapshot = (more = {}) => ({
  version: 3,
  now: 1,
  room: { code: "12345678" },
  programme: [{ index: 0 }],
  step: step(3),
  seq: { wall: 4, people: 2, groups: 1 },
  ...more,
});
const noor = { id: 1, name: "Noor", here: true };
const sem = { id: 2, name: "Sem", here: true };
const joined = (more) => reduce(nothing, "snapshot", snapshot(more));
/** What a page does with its events, one after another. */
const after = (state, ...events) => events.reduce((now, [event, payload]) => reduce(now, event, payload), state);

test("a snapshot is everything, and replaces what was known", () => {
  const state = reduce(joined({ people: [noor, sem] }), "snapshot", snapshot({ version: 9, people: [sem] }));
  assert.equal(state.ready, true);
  assert.equal(state.version, 9);
  assert.deepEqual(state.people, [sem]);
  assert.equal("now" in state, false);
});

test("a step moves the room; an old one does not move it back", () => {
  const state = after(joined(), ["step", step(4, { index: 1 })], ["step", step(3, { index: 0 })]);
  assert.equal(state.step.index, 1);
  assert.equal(state.version, 4);
});

test("a gap in version asks for a snapshot, the next version does not", () => {
  assert.equal(missed(joined(), "step", step(5)), true);
  assert.equal(missed(joined(), "step", step(4)), false);
  assert.equal(missed(nothing, "step", step(5)), false, "before a snapshot there is nothing to miss");
});

test("people are put in by id, taken out by id, and an old message is nothing", () => {
  const state = joined({ people: [noor, sem] });
  const away = { ...noor, here: false };
  const changed = reduce(state, "people", { seq: 3, changed: [away, { id: 3, name: "Fatma" }], gone: [2] });
  assert.deepEqual(
    changed.people.map((one) => one.name),
    ["Noor", "Fatma"],
  );
  assert.equal(changed.people[0].here, false);
  assert.equal(reduce(changed, "people", { seq: 3, changed: [noor], gone: [] }), changed);
  assert.equal(missed(changed, "people", { seq: 5, changed: [], gone: [] }), true);
  assert.deepEqual(state.people, [noor, sem], "pure");
});

test("a programme comes as a list or with its version", () => {
  assert.deepEqual(reduce(joined(), "programme", [{ index: 0 }, { index: 1 }]).programme.length, 2);
  assert.equal(reduce(joined(), "programme", { version: 8, programme: [] }).version, 8);
});

test("groups are replaced as a whole, and say whether they are shown", () => {
  const state = reduce(joined(), "groups", { seq: 2, shown: true, groups: [{ id: 7, number: 1, members: [] }] });
  assert.equal(state.groups.length, 1);
  assert.equal(state.shown, true);
});

test("my group: another one counts for itself, and none is null", () => {
  const at7 = joined({ group: { id: 7, number: 1 }, seq: { wall: 0, group: 5, notes: 2 } });
  assert.equal(reduce(at7, "group", { seq: 5, id: 7, topic: "old" }), at7);
  assert.equal(missed(at7, "group", { seq: 1, id: 8 }), true, "its notes are others too");
  assert.equal(reduce(at7, "group", { seq: 1, id: 8 }).group.id, 8);
  const none = { seq: 0, id: null, number: null, members: [] };
  assert.equal(missed(at7, "group", none), false);
  assert.equal(reduce(at7, "group", none).group, null);
  assert.equal(missed(joined({ group: null }), "group", { seq: 9, id: 7 }), false, "a first group is no gap");
});

test("notes of my group open, change and close; my own are known when saved", () => {
  const tip = { id: "a", text: "ask on", by: 2 };
  const state = joined({ notes: [tip], seq: { notes: 1 } });
  assert.deepEqual(reduce(state, "notes", { seq: 2, changed: [], gone: ["a"] }).notes, []);
  const own = reduce(state, "note_saved", { id: "b", text: "mine" });
  assert.deepEqual(
    own.notes.map((note) => note.id),
    ["a", "b"],
  );
  assert.equal(reduce(own, "note_saved", { id: "b", text: "" }).notes.length, 1);
});

test("the wall: fetched once, then kept; a gap or a restart makes it fetched again", () => {
  const stale = (state) => state.wall.seq === null || state.wall.seq !== state.wall.seen;
  let state = joined();
  assert.equal(stale(state), true);
  state = reduce(state, "wall_fetched", { seq: 4, posts: [{ id: "x", text: "1" }] });
  assert.equal(stale(state), false);
  state = reduce(state, "wall", { seq: 5, posts: [{ id: "x", text: "2" }, { id: "y" }], gone: [] });
  assert.deepEqual([stale(state), state.wall.posts.length, state.wall.posts[0].text], [false, 2, "2"]);
  const gap = reduce(state, "wall", { seq: 7, posts: [{ id: "z" }], gone: [] });
  assert.deepEqual([stale(gap), gap.wall.posts.length], [true, 2]);
  assert.equal(missed(state, "wall", { seq: 7 }), false, "a snapshot would not mend it");
  assert.equal(stale(reduce(gap, "wall_fetched", { seq: 6, posts: [] })), true, "an event came while it was fetched");
  assert.equal(stale(reduce(state, "wall_seen", { seq: { wall: 9 } })), true);
  assert.equal(stale(after(state, ["disconnect", null], ["snapshot", snapshot({ seq: { wall: 5 } })])), true);
});

test("hidden posts, my posts, notices, the pen, and being taken out", () => {
  const state = after(
    joined({ me: { id: 1, pen: true } }),
    ["hidden", { posts: [{ id: "h" }] }],
    ["my_posts", { posts: [{ id: "m" }], recognised: ["x"] }],
    ["notice", { id: 1, text: "one" }],
    ["notice", { id: 1, text: "one" }],
    ["pen", { mine: false }],
    ["removed", { why: "erased" }],
  );
  assert.deepEqual([state.hidden.length, state.my_posts.length, state.my_recognised, state.notices.length], [1, 1, ["x"], 1]);
  assert.deepEqual([state.pen, state.removed], [false, "erased"]);
});

test("a message ends with its step, comes back where that goes on as it was, and goes when it is taken back", () => {
  const [old, one, two] = [
    { id: 1, at: 900 },
    { id: 2, at: 1000 },
    { id: 3, at: 1100 },
  ];
  const shown = (state) => state.notices.filter(stands(state)).map(({ id }) => id);
  const here = { ...snapshot().step, entered_at: 1000 };
  let state = after(joined({ notices: [old], said: [1], step: here }), ["notice", one], ["notice", two]);
  assert.deepEqual(
    [shown(state), state.said],
    [
      [2, 3],
      [1, 2, 3],
    ],
  );
  state = reduce(state, "step", { ...here, version: state.version + 1, index: here.index + 1, entered_at: 2000 });
  assert.deepEqual(shown(state), []);
  state = reduce(state, "step", { ...here, version: state.version + 1 });
  assert.deepEqual(shown(state), [2, 3]);
  state = reduce(state, "unsaid", { id: 3 });
  assert.deepEqual([shown(state), state.said], [[2], [1, 2]]);
});

test("a leader learns who saw a notice; a person keeps what they have not seen", () => {
  const one = { id: 1, text: "ten minutes", group: null, at: 5 };
  const leader = after(joined({ notices: [] }), ["notice", one], ["notices", [{ ...one, seen: 2, of: 6 }]]);
  assert.deepEqual(leader.notices, [{ ...one, seen: 2, of: 6 }]);
  const person = after(joined({ notices: [one] }), ["notice", { ...one, id: 2 }], ["notices", [{ ...one, id: 2 }]]);
  assert.deepEqual(
    person.notices.map((notice) => notice.id),
    [2],
  );
  assert.deepEqual(reduce(person, "snapshot", snapshot({ notices: [] })).notices, [], "seen on another phone");
});

test("progress is replaced as a whole, and a snapshot without it has none", () => {
  const state = joined({ progress: { step: 0, groups: {}, wrote: 0, posted: 0, of: 3 } });
  const later = reduce(state, "progress", { step: 1, groups: { 7: { wrote: 1, opened: 0 } }, wrote: 1, posted: 0, of: 3 });
  assert.deepEqual([later.progress.step, later.progress.groups[7].wrote], [1, 1]);
  assert.equal(joined().progress, null);
});

test("a concealed wall: all lines go before the step says so, and come back with the next", () => {
  const wall = { concealed: true, spotlight: null, column: null, page: 0 };
  const open = after(joined(), [
    "wall_fetched",
    {
      seq: 4,
      posts: [
        { id: "a", bundle: null },
        { id: "b", bundle: null },
      ],
    },
  ]);
  const concealed = after(
    open,
    ["wall", { seq: 5, posts: [], gone: ["a", "b"] }],
    [
      "hidden",
      {
        posts: [
          { id: "a", hidden: false },
          { id: "b", hidden: true },
        ],
      },
    ],
    ["step", step(4, { wall })],
  );
  assert.deepEqual([concealed.wall.posts, concealed.step.wall.concealed], [[], true]);
  assert.deepEqual(
    concealed.hidden.filter((post) => post.hidden).map((post) => post.id),
    ["b"],
  );
  const revealed = after(concealed, ["wall", { seq: 6, posts: [{ id: "a", bundle: null }], gone: [] }]);
  assert.deepEqual(
    revealed.wall.posts.map((post) => post.id),
    ["a"],
  );
  assert.equal(reduce(concealed, "wall_fetched", { seq: 4, posts: [{ id: "a" }] }), concealed, "an answer from before is late");
});

test("lines that were put together stand under their title", () => {
  const posts = [
    { id: "a", bundle: "t" },
    { id: "b", bundle: null },
    { id: "t", bundle: null },
    { id: "c", bundle: "t" },
    { id: "d", bundle: "elsewhere" },
  ];
  const shape = (rows) => rows.map((row) => [row.id, row.lines.map((line) => line.id)]);
  assert.deepEqual(shape(together(posts)), [
    ["b", []],
    ["t", ["a", "c"]],
    ["d", []],
  ]);
  assert.equal("lines" in posts[0], false, "pure");
  assert.deepEqual(together([]), []);
});

test("an event nobody knows changes nothing", () => {
  const state = joined();
  assert.equal(reduce(state, "weather", { sun: true }), state);
});

test("an answer to clock tells whether something was missed", () => {
  const state = joined();
  assert.equal(isBehind(state, { version: 3, seq: { wall: 99, people: 2 } }), false);
  assert.equal(isBehind(state, { version: 4, seq: {} }), true);
  assert.equal(isBehind(state, { version: 3, seq: { people: 3 } }), true);
  assert.equal(isBehind(state, { version: 3, seq: { group: 5, notes: 5 } }), true, "a group that was not heard of");
  assert.equal(isBehind(state, { version: 3, seq: { people: 2, later: 1 } }), false, "a stream of a newer server");
  const seated = reduce(state, "group", { seq: 5, id: 7, members: [] });
  assert.equal(isBehind(seated, { version: 3, seq: { group: 5, notes: 5 } }), false, "a whole room that is shown its tables asks for nothing");
  const told = reduce(seated, "notes", { seq: 6, changed: [], gone: [] });
  assert.equal(isBehind(told, { version: 3, seq: { group: 5, notes: 7 } }), true);
});

test("a changed row keeps its place", () => {
  assert.deepEqual(upsert([{ id: 1 }, { id: 2 }], [{ id: 1, x: 1 }, { id: 3 }], [2]), [{ id: 1, x: 1 }, { id: 3 }]);
});

test("a note that was saved keeps what the server alone says of it", () => {
  const note = { id: "b", prompt: "tip", text: "seen", visibility: "me", by: 7 };
  const told = reduce(nothing, "my_notes", { changed: [{ ...note, sheet: true }], gone: [] });
  assert.deepEqual(reduce(told, "note_saved", { ...note, visibility: "group" }).notes, [{ ...note, visibility: "group", sheet: true }]);
});

test("what is told of other phones in one's name is of me; the trail is a list", () => {
  const phones = [{ circle: "a", at: 1, by: "leader", earlier: false, yes: null }];
  const state = reduce(joined({ me: { id: 1, name: "Noor", phones: [], trail: [] } }), "my_phones", { phones, trail: [{ at: 1 }] });
  assert.deepEqual(state.me, { id: 1, name: "Noor", phones, trail: [{ at: 1 }] });
  assert.equal(reduce(nothing, "my_phones", { phones, trail: [] }).me, null);
  assert.equal(reduce(state, "called", { called: "Noor 2" }).me.called, "Noor 2");
  assert.deepEqual(reduce(joined(), "trail", [{ at: 2 }]).trail, [{ at: 2 }]);
});

// @ts-check
/** Who sits at their table, of whom that can be known. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSeating, sitting, sittingInAll } from "../../workshop/static/js/sitting.js";

const people = [
  { id: 1, sits: true },
  { id: 2, sits: false },
  { id: 3, sits: false, by_hand: true },
  { id: 4, sits: true, simulated: true },
];
const groups = [
  { id: 1, members: [{ id: 1 }, { id: 3 }, { id: 4 }] },
  { id: 2, members: [{ id: 2 }, { id: 9 }] },
];

test("who has no phone cannot say it, and is not waited for", () => {
  assert.deepEqual(sitting(groups[0], { people, step: { real: null } }), { n: 2, of: 2 });
  assert.deepEqual(sitting(groups[1], { people, step: null }), { n: 0, of: 1 }, "nor somebody who is not in the room");
});

test("once the room is real nobody simulated counts", () => {
  assert.deepEqual(sitting(groups[0], { people, step: { real: true } }), { n: 1, of: 1 });
  assert.deepEqual(sittingInAll({ groups, people, step: { real: true } }), { n: 1, of: 2 });
});

test("people look for their table until the first briefing is over", () => {
  const seating = [{ kind: "groups" }, { kind: "brief", round: 1 }, { kind: "brief", round: 2 }, { kind: "break" }, null];
  assert.deepEqual(seating.map(isSeating), [true, true, false, false, false]);
});

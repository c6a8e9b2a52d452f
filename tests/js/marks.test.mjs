import assert from "node:assert/strict";
import test from "node:test";
import { follow, indexOf, markOf, places } from "../../workshop/static/js/desk/marks.js";

/** A programme from titles, each of its own kind; "break/Koffie" says both, "brief 2" is of a round. */
const programmeOf = (...steps) =>
  steps.map((step, index) => {
    const [kind, title = kind] = step.split("/");
    return { index, kind: kind.split(" ")[0], title, round: Number(kind.split(" ")[1]) || null };
  });

test("each step is found again after one was put in, left out, moved or called something else", () => {
  const before = programmeOf("welcome", "talk", "break", "prepare", "closing");
  const now = (...steps) => places(before, programmeOf(...steps));
  assert.deepEqual(now("welcome", "talk", "break", "prepare", "closing"), [0, 1, 2, 3, 4]);
  assert.deepEqual(now("welcome", "plenary", "talk", "break", "prepare", "closing"), [0, -1, 1, 2, 3, 4]);
  assert.deepEqual(now("welcome", "talk", "prepare", "closing"), [0, 1, 3, 4]);
  assert.deepEqual(now("welcome", "break", "talk", "prepare", "closing"), [0, 2, 1, 3, 4]);
  assert.deepEqual(now("welcome", "talk", "break/Koffie", "prepare", "closing"), [0, 1, 2, 3, 4]);
  assert.deepEqual(now("welcome", "plenary", "break/Koffie", "talk", "closing"), [0, -1, 2, 1, 4], "all at once, after a while away");
});

test("two of one kind are told apart by their titles, and rounds by their numbers", () => {
  const before = programmeOf("welcome", "break/Thee", "talk", "break/Koffie", "brief 1", "brief 2", "closing");
  const after = programmeOf("welcome", "break/Koffie", "talk", "brief 1", "brief 2", "brief 3", "closing");
  assert.deepEqual(places(before, after), [0, 3, 2, 4, 5, -1, 6]);
});

test("a mark stays with its step; that of one that is gone is nobody's", () => {
  follow(programmeOf("welcome", "talk", "break", "closing"));
  const [talk, rest] = [markOf(1), markOf(2)];
  follow(programmeOf("welcome", "break", "talk", "closing"));
  assert.deepEqual([indexOf(talk), indexOf(rest)], [2, 1]);
  follow(programmeOf("welcome", "talk", "closing"));
  follow(programmeOf("welcome", "break", "talk", "closing"));
  assert.deepEqual([indexOf(talk), indexOf(rest)], [2, -1]);
  assert.notEqual(markOf(1), rest);
});

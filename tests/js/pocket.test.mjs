import assert from "node:assert/strict";
import test from "node:test";
import { Pocket, carriedOn, enter } from "../../workshop/static/js/pocket.js";

const T = 1_800_000_000_000;
const programme = [
  { kind: "welcome", round: null, seconds: 0, auto_advance: false },
  { kind: "brief", round: 1, seconds: 120, auto_advance: false },
  { kind: "conversation", round: 1, seconds: 300, auto_advance: true },
  { kind: "feedback", round: 1, seconds: 180, auto_advance: true },
  { kind: "notes", round: 1, seconds: 60, auto_advance: false },
  { kind: "closing", round: null, seconds: 0, auto_advance: true },
];
const running = (index, at) => ({ ...enter(programme, index, at), version: 7, open: true });

test("a step that goes on by itself does, at its exact moment, and carries what the last step said of the room", () => {
  const at = (seconds) => carriedOn(programme, running(2, T), T + seconds * 1000);
  assert.equal(at(299.9).index, 2);
  assert.deepEqual([at(300).kind, at(300).clock.ends_at, at(300).version, at(300).open], ["feedback", T + 480_000, 7, true]);
  assert.deepEqual([at(3600).kind, at(3600).clock.ends_at], ["notes", T + 540_000], "and there it waits for a leader");
});

test("what does not go on by itself stays, also paused, idle, or without an end to its programme", () => {
  assert.equal(carriedOn(programme, running(1, T), T + 9e6).index, 1);
  const paused = { ...running(2, T), clock: { state: "paused", length: 300, remaining: 10, ends_at: null } };
  assert.equal(carriedOn(programme, paused, T + 9e6), paused);
  assert.equal(carriedOn(programme, running(5, T), T + 9e6).index, 5, "the last step is the last");
  assert.equal(carriedOn([], running(2, T), T + 9e6).index, 2, "nothing is known of the programme");
});

test("time that was added to the step counts", () => {
  const longer = { ...running(2, T), clock: { state: "running", length: 360, remaining: 360, ends_at: T + 360_000 } };
  assert.equal(carriedOn(programme, longer, T + 359_000).index, 2);
  assert.equal(carriedOn(programme, longer, T + 361_000).clock.ends_at, T + 540_000);
});

test("one pages on by hand, the clock runs from there, and the steps after it go on by themselves", () => {
  const pocket = new Pocket();
  const state = { programme, step: running(1, T) };
  assert.equal(pocket.unsure(pocket.where(state, T + 60_000), T + 60_000), false);
  assert.equal(pocket.unsure(pocket.where(state, T + 120_000), T + 120_000), true, "its time is over");
  pocket.turn(state, 1, T + 130_000);
  const here = pocket.where(state, T + 130_000);
  assert.deepEqual([here.kind, here.clock.ends_at], ["conversation", T + 430_000]);
  assert.equal(pocket.unsure(here, T + 130_000), true, "nobody knows whether the room is here");
  assert.equal(pocket.where(state, T + 430_000).kind, "feedback");
  pocket.turn(state, -1, T + 430_000);
  assert.deepEqual([pocket.where(state, T + 430_000).index, pocket.turned?.at], [2, T + 430_000]);
});

test("back where the room should be, its own clock runs; past either end nothing turns", () => {
  const pocket = new Pocket();
  const state = { programme, step: running(1, T) };
  pocket.turn(state, 1, T + 10_000);
  pocket.turn(state, -1, T + 20_000);
  assert.equal(pocket.turned, null);
  assert.equal(pocket.where(state, T + 20_000).clock.ends_at, T + 120_000);
  pocket.turn(state, -1, T + 20_000);
  pocket.turn(state, -1, T + 20_000);
  assert.equal(pocket.where(state, T + 20_000).index, 0);
  for (let i = 0; i < 9; i += 1) pocket.turn(state, 1, T + 20_000);
  assert.equal(pocket.where(state, T + 20_000).kind, "closing");
});

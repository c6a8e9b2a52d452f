// @ts-check
/** Who speaks in the feedback, second by second. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { speaking } from "../../workshop/static/js/turns.js";

const turns = [
  { role: "client", seconds: 60 },
  { role: "professional", seconds: 50 },
  { role: "observer", seconds: 70 },
];
const running = (/** @type {number} */ length, /** @type {number} */ gone) => ({ state: "running", length, remaining: 0, ends_at: (length - gone) * 1000 });

test("each has the hinted time, and the last one goes on in overtime", () => {
  const who = [0, 59, 60, 109, 110, 179, 180, 400].map((gone) => speaking(turns, running(180, gone), 0));
  assert.deepEqual(who, ["client", "client", "professional", "professional", "observer", "observer", "observer", "observer"]);
});

test("a step of another length is shared out in the same way", () => {
  assert.deepEqual(
    [119, 120, 219, 220].map((gone) => speaking(turns, running(360, gone), 0)),
    ["client", "professional", "professional", "observer"],
  );
});

test("where there is no observer two share the time", () => {
  const pair = turns.slice(0, 2);
  assert.deepEqual(
    [59, 60].map((gone) => speaking(pair, running(110, gone), 0)),
    ["client", "professional"],
  );
});

test("a clock that stands still keeps the turn; one that has not begun gives none", () => {
  assert.equal(speaking(turns, { state: "paused", length: 180, remaining: 100, ends_at: null }, 9e9), "professional");
  assert.equal(speaking(turns, { state: "idle", length: 180, remaining: 180, ends_at: null }, 0), null);
  assert.equal(speaking(turns, { state: "running", length: 0, remaining: 0, ends_at: 0 }, 0), null);
  assert.equal(speaking([], running(180, 10), 0), null);
});

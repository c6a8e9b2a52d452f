// The afternoon at a glance: all rounds are one line, and where people come in is none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { isToldBack, lines } from "../../workshop/static/js/glance.js";

const step = (kind, seconds, round = null) => ({ kind, title: kind, round, seconds });

test("rounds are added up, and stand where the first one is", () => {
  const round = (n) => [step("brief", 120, n), step("conversation", 300, n), step("notes", 60, n)];
  const found = lines([step("welcome", 0), step("talk", 1500), ...round(1), ...round(2), step("plenary", 900), step("closing", 0)]);
  assert.deepEqual(found, [
    { title: "talk", seconds: 1500, rounds: 0 },
    { title: "brief", seconds: 960, rounds: 2 },
    { title: "plenary", seconds: 900, rounds: 0 },
    { title: "closing", seconds: 0, rounds: 0 },
  ]);
});

test("a programme without rounds, or with nothing but coming in", () => {
  assert.deepEqual(lines([step("welcome", 0)]), []);
  assert.deepEqual(lines([step("talk", 60)]), [{ title: "talk", seconds: 60, rounds: 0 }]);
});

test("a second check-in right after the first is where tables tell the room", () => {
  const programme = [step("welcome", 0), step("check_in", 480), step("check_in", 300), step("talk", 60), step("check_in", 60)];
  assert.deepEqual(
    programme.map((_, index) => isToldBack(programme, index)),
    [false, false, true, false, false],
  );
});

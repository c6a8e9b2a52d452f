import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { isLoose, place } from "../../workshop/static/js/desk/order.js";
import { smallest } from "../../workshop/static/js/desk/seats.js";
import { carriedOn } from "../../workshop/static/js/pocket.js";

// The same cases as in tests/core/test_rules.py: these rules stand in two languages.
const cases = (name) => JSON.parse(readFileSync(new URL(`../rules/${name}.json`, import.meta.url), "utf8"));

test("who comes late is offered the table that the server would choose", () => {
  for (const { tables, stand_ins, goes_to } of cases("smallest")) {
    const groups = tables.map(([id, people]) => ({ id, members: people.map((id) => ({ id })) }));
    const people = tables.flatMap(([, all]) => all.map((id) => ({ id, stand_in: stand_ins.includes(id) })));
    assert.equal(smallest(groups, people)?.id ?? null, goes_to, JSON.stringify(tables));
  }
});

test("without a line the room goes on as it does on the server", () => {
  const { programme, cases: all } = cases("carrying_on");
  const steps = programme.map(([kind, round, seconds, auto_advance]) => ({ kind, round, seconds, auto_advance }));
  const T = 1_800_000_000_000;
  for (const { in: index, left, after, index: goes_to, ends_in } of all) {
    const clock = left === null ? { state: "paused", remaining: 10, ends_at: null } : { state: "running", remaining: left, ends_at: T + left * 1000 };
    const here = carriedOn(steps, { index, clock }, T + after * 1000);
    assert.equal(here.index, goes_to);
    assert.equal(here.clock.ends_at && (here.clock.ends_at - T) / 1000, ends_in);
  }
});

test("what the desk lets a leader move, and to where, the server takes", () => {
  for (const { kinds, at, earlier, later } of cases("moving")) {
    const steps = kinds.map((kind, index) => ({ index, kind: kind.split(" ")[0], round: Number(kind.split(" ")[1]) || null }));
    const goes = (by) => steps.map((step) => (isLoose(step, at) ? place(steps, step, by, at) : null));
    assert.deepEqual([goes(-1), goes(1)], [earlier, later]);
  }
});

import assert from "node:assert/strict";
import test from "node:test";
import { patiently } from "../../workshop/static/js/patience.js";

/** Answers one after the other, and what was told and waited in between. */
async function come(...answers) {
  const told = [];
  const slept = [];
  const last = await patiently(
    async () => answers.shift(),
    (n) => told.push(n),
    async (ms) => slept.push(ms),
  );
  return { last, told, slept, left: answers.length };
}

test("who is told when to come again says so, waits that long and comes in by itself", async () => {
  const { last, told, slept } = await come({ status: 429, wait: 3 }, { status: 503, wait: 1 }, { status: 201, wait: 0 });
  assert.equal(last.status, 201);
  assert.deepEqual(told, [3, 1]);
  for (const [n, ms] of [3000, 1000].entries()) assert.ok(slept[n] >= ms && slept[n] <= 2 * ms, "that long, and not all at one moment");
});

test("of a crowd that is told the same, nobody sleeps as long as the next", async () => {
  const slept = (await Promise.all(Array.from({ length: 20 }, () => come({ status: 429, wait: 1 }, { status: 201 })))).map((one) => one.slept[0]);
  assert.ok(new Set(slept).size > 10, slept);
});

test("any other refusal is an answer, and patience has an end", async () => {
  assert.deepEqual((await come({ status: 403, wait: 0 }, { status: 201 })).told, []);
  const always = Array.from({ length: 100 }, () => ({ status: 429, wait: 2 }));
  const { last, told, left } = await come(...always);
  assert.equal(last.status, 429);
  assert.equal(told.length * 2, 120, "two minutes: a full room, four a second");
  assert.equal(left, 39);
});

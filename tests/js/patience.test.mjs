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
  assert.deepEqual(slept, [3000, 1000]);
});

test("any other refusal is an answer, and patience has an end", async () => {
  assert.deepEqual((await come({ status: 403, wait: 0 }, { status: 201 })).told, []);
  const always = Array.from({ length: 50 }, () => ({ status: 429, wait: 2 }));
  const { last, left } = await come(...always);
  assert.equal(last.status, 429);
  assert.equal(left, 20);
});

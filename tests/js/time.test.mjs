import assert from "node:assert/strict";
import test from "node:test";
import { figures, milestone, reading, untilNextSecond } from "../../workshop/static/js/countdown.js";
import { ServerTime } from "../../workshop/static/js/time.js";

/** Random numbers that are the same in every run. */
function chance(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

/** A device whose steady clock began anywhere, and a server; `there` and `back` give each way's delay in ms. */
function device(there, back, began = 5000, server = 1_800_000_000_000) {
  let steady = began;
  const time = new ServerTime(() => steady);
  return {
    time,
    ask() {
      const asked = steady;
      steady += there();
      const serverNow = server + (steady - began);
      steady += back();
      time.exchange(asked, steady, serverNow);
    },
    pass: (ms) => (steady += ms),
    error: () => time.now() - (server + (steady - began)),
  };
}

test("R7: with 20–80 ms of jitter two devices are within 100 ms at p99", () => {
  const apart = [];
  for (let seed = 1; seed <= 500; seed += 1) {
    const random = chance(seed);
    const delay = () => 20 + 60 * random();
    const errors = [1, 2].map(() => {
      const one = device(delay, delay, 1e6 * random());
      for (let i = 0; i < 5; i += 1) one.ask();
      return one.error();
    });
    apart.push(Math.abs(errors[0] - errors[1]));
  }
  apart.sort((a, b) => a - b);
  assert.ok(apart[494] <= 100, `p99 was ${apart[494]} ms`);
});

test("R7: 20 ms one way and 400 the other is within 400 ms", () => {
  const one = device(
    () => 20,
    () => 400,
  );
  for (let i = 0; i < 5; i += 1) one.ask();
  assert.ok(Math.abs(one.error()) <= 400);
});

test("a hint counts until the first exchange, and no longer", () => {
  const one = device(
    () => 30,
    () => 30,
  );
  one.time.hint(1_800_000_000_000 - 700);
  assert.equal(Math.round(one.error()), -700);
  one.ask();
  assert.ok(Math.abs(one.error()) < 1);
  one.time.hint(0);
  assert.ok(Math.abs(one.error()) < 1);
});

test("a small error is slewed: time never goes back, and gets there", () => {
  const one = device(
    () => 10,
    () => 110,
  );
  one.ask();
  one.time.now();
  one.time.forget();
  one.time.exchange(one.time.steady(), one.time.steady(), one.time.now() - 60);
  let before = one.time.now();
  for (let i = 0; i < 100; i += 1) {
    one.pass(16);
    assert.ok(one.time.now() > before);
    before = one.time.now();
  }
  one.pass(2000);
  one.time.now();
  assert.ok(Math.abs(one.time.goal - one.time.offset) < 0.001);
});

const running = (length, ends_at) => ({ state: "running", length, remaining: 0, ends_at });

test("the countdown: a second is shown until it has passed, then overtime counts up", () => {
  const says = (ms) => reading(running(300, 1_000_000), 1_000_000 - ms).text;
  assert.deepEqual([300_000, 299_999, 252_000, 251_999, 1, 0, -999, -1000, -9500, -61_000].map(says), [
    "5:00",
    "5:00",
    "4:12",
    "4:12",
    "0:01",
    "0:00",
    "0:00",
    "+0:01",
    "+0:09",
    "+1:01",
  ]);
  assert.equal(figures(3_905_000), "65:05");
});

test("amber in the last fifth, red in the last twentieth, then over", () => {
  const level = (ms) => reading(running(300, 1_000_000), 1_000_000 - ms).level;
  assert.deepEqual([60_001, 60_000, 15_001, 15_000, 1, 0, -1].map(level), ["calm", "amber", "amber", "red", "red", "over", "over"]);
});

test("a paused clock stands; one without a length says nothing", () => {
  const paused = { state: "paused", length: 60, remaining: 30.4, ends_at: null };
  assert.deepEqual([reading(paused, 1).text, reading(paused, 9e12).text], ["0:31", "0:31"]);
  assert.equal(reading({ state: "idle", length: 0, remaining: 0, ends_at: null }, 5).text, "");
  assert.equal(reading({ state: "idle", length: 60, remaining: 60, ends_at: null }, 5).text, "1:00");
});

test("every device turns at the same moment: the next drawing is just after the figures change", () => {
  for (const ms of [4321, 1000, 999.5, 3, -1, -999, -1500]) {
    const wait = untilNextSecond(ms);
    assert.ok(wait > 0 && wait <= 1014, `${ms} waits ${wait}`);
    assert.notEqual(figures(ms - wait), figures(ms), `${ms}`);
  }
});

test("milestones: once each, and none when the clock jumps", () => {
  assert.equal(milestone(60_400, 59_900), 60);
  assert.equal(milestone(59_900, 59_000), null);
  assert.equal(milestone(500, -20), 0);
  assert.equal(milestone(200_000, 100_000), null);
  assert.equal(milestone(50_000, 110_000), null);
});

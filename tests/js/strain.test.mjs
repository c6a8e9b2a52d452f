// What the desk says of the connections: not for one bad moment, and not on and off.
import assert from "node:assert/strict";
import { test } from "node:test";
import { calm, follow } from "../../workshop/static/js/desk/strain.js";

const PROBE = 2500;

/** What is said after each of these probes. */
function said(seen, before = calm) {
  let strain = before;
  return seen.map((one, at) => {
    strain = follow(strain, { now: at * PROBE, back: 0, of: 30, trip: 40, ...one });
    return strain.says;
  });
}
const times = (n, one) => Array.from({ length: n }, () => one);

test("a room that is well is told nothing, nor one in which a few load their page again", () => {
  assert.deepEqual([...new Set(said([...times(20, {}), ...times(20, { back: 2, of: 3 }), ...times(20, { back: 5 })]))], [""]);
});

test("many phones that come back are said at once, however slow it is besides", () => {
  assert.deepEqual(said([{}, { back: 6 }, { back: 12, trip: 3000 }]), ["", "phones", "phones"]);
  assert.deepEqual(said([{ back: 3, of: 4 }]), ["phones"], "in a small room, too");
});

test("it stays for as long as it wavers, and goes when it has been well for a while", () => {
  const wavering = said([{ back: 12 }, ...times(30, { back: 4 })]);
  assert.deepEqual([...new Set(wavering)], ["phones"]);
  const well = said([{ back: 12 }, ...times(10, {})]);
  assert.deepEqual(well.slice(0, 7), times(7, "phones"));
  assert.deepEqual(well.slice(7), times(4, ""));
  const again = said([{ back: 12 }, ...times(5, {}), { back: 6 }, ...times(6, {}), {}, {}]);
  assert.equal(again.indexOf(""), 13, "the while begins anew");
});

test("one slow answer is none; five in a row are slow, until they have been quick for a while", () => {
  assert.deepEqual([...new Set(said([{ trip: 1900 }, ...times(20, {})]))], [""]);
  const slow = said([...times(6, { trip: 1200 }), ...times(20, {})]);
  assert.deepEqual(slow.slice(3, 6), ["", "slow", "slow"]);
  const end = slow.indexOf("", 5);
  assert.ok(end > 10 && slow.slice(end).every((one) => one === ""));
});

test("it never comes back within the while in which it was well", () => {
  let strain = calm;
  let changes = 0;
  for (let at = 0; at < 400; at += 1) {
    const before = strain.says;
    strain = follow(strain, { now: at * PROBE, back: (at * 7919) % 9, of: 30, trip: (at * 104_729) % 1500 });
    changes += Number(before !== strain.says);
    assert.ok(strain.trips.length <= 5);
  }
  assert.ok(changes <= 400 / 6, `${changes}`);
});

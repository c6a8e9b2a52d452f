import assert from "node:assert/strict";
import test from "node:test";
import { later, momentIn } from "../../workshop/static/js/hours.js";
import { dropped, isLoose, isSpare, openings, place } from "../../workshop/static/js/desk/order.js";
import { beginnings, isOff, pace, plannedStart, remedy } from "../../workshop/static/js/desk/pace.js";

const MINUTE = 60_000;
/** A programme from kinds with minutes, and a round behind the kind where there is one: "brief 2 1". */
const programmeOf = (...steps) =>
  steps.map((step, index) => {
    const [kind, minutes, round] = step.split(" ");
    return { index, kind, title: kind, seconds: Number(minutes) * 60, planned: Number(minutes) * 60, round: round ? Number(round) : null };
  });
const running = (minutes, now = 0) => ({ state: "running", length: 600, remaining: 0, ends_at: now + minutes * MINUTE });
const AFTERNOON = ["welcome 0", "check_in 8", "talk 25", "break 15", "groups 5", "brief 4 1", "conversation 5 1", "plenary 15", "closing 0"];

test("on time: the end is where it was planned", () => {
  const programme = programmeOf(...AFTERNOON);
  const now = 8 * MINUTE; // begun at 0, the talk just entered
  const at = { index: 2, began_at: 0, clock: running(25, now) };
  assert.deepEqual(pace(programme, at, now), { begun: true, begins: 0, ends: 77 * MINUTE, late: 0 });
  assert.equal(isOff(pace(programme, at, now)), false);
});

test("eight minutes behind: the break is asked first, and gives what it can spare", () => {
  const programme = programmeOf(...AFTERNOON);
  const now = 16 * MINUTE;
  const { late } = pace(programme, { index: 2, began_at: 0, clock: running(25, now) }, now);
  assert.equal(late, 480);
  const found = remedy(programme, 2, late);
  assert.deepEqual([found.step.kind, found.seconds, found.gain], ["break", 420, 480]);
  assert.deepEqual([remedy(programme, 2, 1500).seconds, remedy(programme, 2, 1500).gain], [300, 600], "a break stays a break");
});

test("what has been made shorter already is not asked twice, and a round is never asked", () => {
  const programme = programmeOf(...AFTERNOON);
  programme[3].seconds = 300;
  assert.equal(remedy(programme, 2, 480).step.kind, "plenary");
  assert.equal(remedy(programme, 7, 480), null, "nothing is left to shorten");
  assert.equal(remedy(programme, 2, 60), null, "nobody minds a minute");
});

test("shortening a step makes up for the delay; an inserted one costs what it takes", () => {
  const programme = programmeOf(...AFTERNOON);
  const at = { index: 2, began_at: 0, clock: running(25, 16 * MINUTE) };
  programme[3].seconds = 420;
  assert.equal(pace(programme, at, 16 * MINUTE).late, 0);
  programme.splice(4, 0, { index: 4, kind: "talk", seconds: 300, planned: 0, round: null });
  assert.equal(pace(programme, at, 16 * MINUTE).late, 300);
});

test("in overtime and with the clock stopped the delay grows by itself", () => {
  const programme = programmeOf(...AFTERNOON);
  const over = { index: 1, began_at: 0, clock: running(8) };
  assert.equal(pace(programme, over, 12 * MINUTE).late, 240);
  const paused = { index: 1, began_at: 0, clock: { state: "paused", length: 480, remaining: 300, ends_at: null } };
  assert.equal(pace(programme, paused, 8 * MINUTE).late, 300);
});

test("before the room has begun nothing is late, and the end is what it would be now", () => {
  const programme = programmeOf(...AFTERNOON);
  const lobby = { index: 0, began_at: null, clock: { state: "idle", length: 0, remaining: 0, ends_at: null } };
  assert.deepEqual(pace(programme, lobby, 99 * MINUTE), { begun: false, begins: 99 * MINUTE, ends: 176 * MINUTE, late: 0 });
});

test("with a planned start the end is known while the programme is made, and a late start is late", () => {
  const programme = programmeOf(...AFTERNOON);
  const lobby = { index: 0, began_at: null, clock: { state: "idle", length: 0, remaining: 0, ends_at: null } };
  const start = 60 * MINUTE;
  assert.deepEqual(pace(programme, lobby, 0, start), { begun: false, begins: start, ends: 137 * MINUTE, late: 0 });
  assert.equal(beginnings(programme, lobby, 0, start).get(2), 68 * MINUTE);
  programme[3].seconds += 300;
  assert.equal(pace(programme, lobby, 0, start).late, 0, "a longer break is another plan");
  programme[3].seconds -= 300;
  assert.equal(pace(programme, lobby, 70 * MINUTE, start).late, 600, "it was to have begun");
  const late = { index: 1, began_at: 70 * MINUTE, clock: running(8, 70 * MINUTE) };
  assert.deepEqual(pace(programme, late, 70 * MINUTE, start), { begun: true, begins: 70 * MINUTE, ends: 147 * MINUTE, late: 600 });
});

test("the planned start is that of today, or the next; a room that began at another time has none", () => {
  const at = (time) => Date.parse(`2026-11-28T${time}+01:00`);
  const found = (began_at, now, planned_start = "13:00") => plannedStart({ planned_start, began_at }, "Europe/Amsterdam", now);
  assert.equal(found(null, at("08:00:20")), at("13:00"));
  assert.equal(found(null, at("14:30")), at("13:00"), "late, but it may still begin");
  assert.equal(found(null, at("20:00")), at("13:00") + 1440 * MINUTE, "made the evening before");
  assert.equal(found(at("13:12"), at("17:00")), at("13:00"));
  assert.equal(found(at("12:55"), at("13:10")), at("13:00"));
  assert.equal(found(at("20:00"), at("20:10")), null, "tried out");
  assert.equal(found(null, at("08:00"), null), null);
  const clocksGoBack = Date.parse("2026-10-24T22:00+02:00");
  assert.equal(found(null, clocksGoBack), Date.parse("2026-10-25T13:00+01:00"));
});

test("each step to come has its moment", () => {
  const programme = programmeOf(...AFTERNOON);
  const found = beginnings(programme, { index: 2, clock: running(25) }, 0);
  assert.deepEqual([found.get(2), found.get(3), found.get(4)], [undefined, 25 * MINUTE, 40 * MINUTE]);
});

test("a step moves around a round and never into one, into the past or behind the closing", () => {
  const programme = programmeOf("welcome 0", "talk 5", "break 9", "brief 1 1", "notes 1 1", "brief 1 2", "notes 1 2", "plenary 9", "closing 0");
  assert.equal(place(programme, programme[2], 1, 0), 4, "behind the whole of round 1");
  assert.equal(place(programme, programme[7], -1, 0), 5, "before the whole of round 2");
  assert.equal(place(programme, programme[2], -1, 1), null, "the talk has been");
  assert.equal(place(programme, programme[7], 1, 0), null, "the closing stays last");
  assert.equal(dropped(programme, programme[2], programme[5], 0), 6);
  assert.equal(dropped(programme, programme[7], programme[4], 0), 3);
  assert.equal(dropped(programme, programme[2], programme[8], 0), null);
  assert.deepEqual(
    programme.filter((step) => isLoose(step, 1)).map(({ index }) => index),
    [2, 7],
  );
  assert.deepEqual(
    programme.filter((step) => isSpare(step, 4)).map(({ index }) => index),
    [5, 6, 7],
    "a round can do without its brief",
  );
  assert.deepEqual(
    openings(programme, 1).map(({ index }) => index),
    [2, 3, 5, 7, 8],
  );
});

test("so many minutes after a time of day", () => {
  assert.deepEqual([later("13:00", 190), later("09:05", 0), later("23:30", 45)], ["16:10", "09:05", "00:15"]);
});

test("a moment of another day says its day, by the clocks of the room", () => {
  globalThis.document = { documentElement: { lang: "en" } };
  const at = Date.UTC(2026, 10, 22, 23, 30);
  assert.equal(momentIn("Europe/Amsterdam")(at, at + 3_600_000), "00:30");
  assert.equal(momentIn("America/Curacao")(at, at + 8 * 3_600_000), "Sun 22 Nov 19:30");
  assert.equal(momentIn("Europe/Atlantis")(at, at).length, 5, "a zone that this browser does not know is read as its own");
});

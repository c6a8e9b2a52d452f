/** The projector's own rules: when it rings, and how it tells two people of one name apart. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { Bell } from "../../workshop/static/js/screen/bell.js";
import { Keep } from "../../workshop/static/js/screen/keep.js";
import { largest } from "../../workshop/static/js/screen/fit.js";
import { isLong, namesOf } from "../../workshop/static/js/screen/names.js";
import { sizeOf } from "../../workshop/static/js/screen/notice.js";
import { isSmall, linesOf, MOST, Order, TURN, viewOf } from "../../workshop/static/js/screen/order.js";
import { drawPage, TURN as PAGE_TURN, pagesOf } from "../../workshop/static/js/screen/page.js";
import { becomes } from "../../workshop/static/js/screen/roles.js";

function bell() {
  const heard = [];
  return [new Bell({ gong: () => heard.push("gong"), mark: () => heard.push("mark") }), heard];
}

test("a long step is marked two minutes before its end, and ends with a gong", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(121_000);
  room.tick(120_000);
  room.tick(1_000);
  room.tick(-1);
  assert.deepEqual(heard, ["mark", "gong"]);
});

test("a short step has no mark, and one that the leader leads has no gong", () => {
  const [room, heard] = bell();
  room.enter(true, 180, false);
  room.tick(119_000);
  room.enter(false, 900, false);
  room.tick(120_000);
  room.tick(0);
  assert.deepEqual(heard, []);
});

test("a step that ended by its clock rings once, also where the room moved on before the last second was seen", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(900);
  room.enter(true, 180, true);
  assert.deepEqual(heard, ["gong"]);
  room.tick(2_000);
  room.tick(-5);
  room.enter(true, 60, true);
  assert.deepEqual(heard, ["gong", "gong"]);
});

test("an end that a throttled page saw a minute late rings once; one of long ago, or of a changed clock, does not", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(40_000);
  room.tick(-20_000);
  room.tick(-80_000);
  assert.deepEqual(heard, ["gong"]);
  room.enter(true, 300, false);
  room.tick(40_000);
  room.enter(true, 180, true); // the room went on by its clock before this page looked again
  assert.deepEqual(heard, ["gong", "gong"]);
  room.tick(50_000);
  room.tick(-900_000); // the laptop was closed
  room.enter(true, 300, false);
  room.tick(200_000);
  room.tick(100_000, true); // the leader took minutes off
  room.tick(0, true);
  assert.deepEqual(heard, ["gong", "gong"]);
});

test("a step that the leader left early does not ring", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(900);
  room.enter(true, 180, false);
  assert.deepEqual(heard, []);
});

test("people of one name are told apart by team, or by a number, as the server tells them apart", () => {
  for (const { people, called } of JSON.parse(readFileSync(new URL("../rules/names.json", import.meta.url), "utf-8"))) {
    const shown = namesOf(people.map(([id, name, team]) => ({ id, name, team })));
    assert.deepEqual(
      people.map(([id]) => shown.get(id)),
      called,
    );
  }
});

test("only a word that fits on no line may be broken", () => {
  assert.equal(isLong("Çelik-van ’t Hof"), false);
  assert.equal(isLong("W".repeat(40)), true);
});

const post = (id, more = {}) => ({ id, column: "snags", text: `line ${id}`, name: null, recognised: 0, bundle: null, ...more });

test("lines that were put together are one line, with how many stand under it", () => {
  const posts = [post("a", { bundle: "c" }), post("b", { bundle: "c" }), post("c"), post("d")];
  assert.deepEqual(
    linesOf(posts).map(({ id, under }) => [id, under]),
    [
      ["c", 2],
      ["d", 0],
    ],
  );
});

test("most recognised first; meanwhile a new line joins at the end and no line jumps", () => {
  const order = new Order();
  const ids = (lines, now) => order.settle(lines, now).map(({ id }) => id);
  assert.deepEqual(ids([post("a"), post("b", { recognised: 2 })], 0), ["b", "a"]);
  assert.deepEqual(ids([post("a", { recognised: 9 }), post("b", { recognised: 2 }), post("c")], 1000), ["b", "a", "c"]);
  assert.deepEqual(ids([post("a", { recognised: 9 }), post("c")], 2000), ["a", "c"], "what was taken off is gone at once");
  assert.deepEqual(ids([post("a", { recognised: 9 }), post("c"), post("e", { recognised: 11, under: 3 })], 3000), ["e", "a", "c"]);
  assert.deepEqual(ids([post("a"), post("c", { recognised: 1 }), post("d")], 60_000), ["c", "a", "d"]);
});

test("the wall is small while all of it can be read in columns, and does not flutter", () => {
  const some = (n, text = "kort") => Array.from({ length: n }, (_, i) => post(i, { text }));
  assert.equal(isSmall([some(5), some(1), []]), true);
  assert.equal(isSmall([some(6), some(1), []]), false);
  assert.equal(isSmall([some(5), some(1), []], false), false, "one line less does not make it small again");
  assert.equal(isSmall([some(2, "x".repeat(280)), [], []]), false);
});

test("what the wall shows: concealed, one line, the leader's question and page, columns, or the questions in turn", () => {
  const columns = { snags: Array.from({ length: 22 }, (_, i) => post(i)), first_step: [post("x", { column: "first_step" })], empty: [] };
  const seen = (wish, small = false, now = 0) => {
    const { mode, column, page, post } = viewOf(wish, columns, Object.values(columns).flat(), small, now);
    return [mode, column, page, post?.id];
  };
  assert.deepEqual(seen({ concealed: true, spotlight: "x" }), ["concealed", null, 0, undefined]);
  assert.deepEqual(seen({ spotlight: "x" }), ["spotlight", "first_step", 0, "x"]);
  assert.deepEqual(seen({ spotlight: "gone", column: "snags", page: 1 }), ["one", "snags", 1, undefined]);
  assert.deepEqual(seen({ column: "snags", page: 9 }), ["one", "snags", Math.ceil(22 / MOST) - 1, undefined]);
  assert.deepEqual(seen(undefined, true), ["columns", null, 0, undefined]);
  assert.deepEqual(seen({ column: "unknown" }), ["one", "snags", 0, undefined]);
  assert.deepEqual(seen(undefined, false, TURN), ["one", "first_step", 0, undefined]);
  assert.deepEqual(seen(undefined, false, 2 * TURN), ["one", "snags", 0, undefined], "an empty question has no turn");
});

test("what the leader says is large as long as it takes to read, then small, then gone", () => {
  const notice = { id: 1, text: "Over vijf minuten koffie", at: 1000 };
  assert.equal(sizeOf(notice, 2000).size, "large");
  assert.equal(sizeOf({ ...notice, text: "x".repeat(280) }, 31_000).size, "large");
  assert.equal(sizeOf(notice, 31_000).size, "small");
  assert.equal(sizeOf(notice, 600_000).size, null);
  assert.equal(sizeOf(undefined, 0).size, null);
});

test("which way the roles turn is looked up: in a four an observer may stay observer, in a pair a professional is client next", () => {
  const group = (...members) => ({ members: members.map((roles) => ({ roles })) });
  const [c, p, o] = ["client", "professional", "observer"];
  const three = group([c, p], [p, o], [o, c]);
  assert.deepEqual(becomes([three], o, 1, 2), [c]);
  assert.deepEqual(becomes([three, group([c, p], [p, o], [o, o], [o, c])], o, 1, 2), [c, o]);
  assert.deepEqual(becomes([group([c, p], [p, c])], p, 1, 2), [c]);
  assert.deepEqual(becomes([three], c, 2, 3), [], "no round after the last");
});

test("a screen whose browser keeps nothing goes without", () => {
  Object.defineProperty(globalThis, "sessionStorage", {
    configurable: true,
    get: () => {
      throw new Error("SecurityError");
    },
  });
  const keep = new Keep("12345678");
  keep.put({ ready: true }, 1_000_000, 50_000);
  assert.equal(keep.take(53_000), null);
  keep.clear();
});

test("what the screen knew is kept for a reload, with the time that went by since", () => {
  const box = new Map();
  const place = { getItem: (key) => box.get(key) ?? null, setItem: (key, value) => box.set(key, value), removeItem: (key) => box.delete(key) };
  const keep = new Keep("12345678", place);
  assert.equal(keep.take(), null);
  keep.put({ ready: true, version: 4 }, 1_000_000, 50_000);
  keep.put({ ready: true, version: 5 }, 1_000_100, 50_100); // too soon to write again
  assert.deepEqual(new Keep("12345678", place).take(53_000), { state: { ready: true, version: 4 }, now: 1_003_000 });
  assert.equal(keep.take(50_000 + 24 * 3_600_000), null);
  keep.clear();
  assert.equal(keep.take(53_000), null);
});

test("what does not fit at once comes by page, so that everybody is on a page and every page fits", () => {
  const tables = Array.from({ length: 20 }, (_, i) => ({ id: i, long: i === 19 }));
  const fits = ({ rows }) => rows.length <= (rows.some(({ long }) => long) ? 4 : 9);
  const drawn = [];
  const draw = (page, trial) => {
    drawn.push([page.from, trial]);
    return fits(page);
  };
  const seen = [0, 1, 2, 3, 4].map((turn) => drawPage(tables, turn * PAGE_TURN, draw));
  assert.ok(seen.every(fits));
  assert.deepEqual(new Set(seen.flatMap(({ rows }) => rows)), new Set(tables));
  assert.deepEqual(drawn.at(-1), [seen.at(-1).from, false], "the page whose turn it is was drawn last, as large as it can be");
  assert.equal(drawPage(tables, 0, draw, { last: true }).rows.at(-1).id, 19);
  assert.equal(drawPage(tables, 0, () => false).rows.length, 1, "and where nothing fits, it ends");
  assert.equal(drawPage([], 0, draw).of, 0);
  assert.deepEqual(
    pagesOf(tables, 0, 7).map(({ rows }) => rows.length),
    [7, 7, 6],
  );
});

test("the largest size that fits is found in few looks, and is what was drawn last", () => {
  for (const limit of [0.2, 0.5, 0.51, 0.77, 1.2, 1.7, 2]) {
    const drawn = [];
    const whole = largest(1.7, 0.5, (size) => drawn.push(size) > 0 && size <= limit);
    assert.equal(whole, limit >= 0.5);
    assert.ok(drawn.length <= 8);
    const best = Math.min(limit, 1.7);
    if (whole) assert.ok(drawn.at(-1) <= best && drawn.at(-1) > best - 0.051);
    else assert.equal(drawn.at(-1), 0.5);
  }
});

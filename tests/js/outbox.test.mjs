import assert from "node:assert/strict";
import test from "node:test";
import { Outbox, pause, uuid } from "../../workshop/static/js/outbox.js";
import { textShelf } from "../../workshop/static/js/shelf.js";

/** localStorage, as far as the shelf needs it. */
function storage() {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
}

/** An outbox whose server answers what the test says; `sent` and `seen` are what went out and what was told. */
function box(answers, place = storage()) {
  const sent = [];
  const seen = [];
  const send = async (event, payload) => {
    sent.push(payload.text ?? event);
    return answers.length > 1 ? answers.shift() : answers[0];
  };
  const outbox = new Outbox(textShelf("12345678", place), send, (id, { state, code }) => seen.push([id, code ?? state]));
  return { outbox, sent, seen };
}

/** Waits for what is told, never for a time. */
async function until(met) {
  for (let i = 0; i < 500 && !met(); i += 1) await new Promise((done) => setTimeout(done, 10));
  assert.ok(met());
}

const ok = { ok: true };
const note = (id, text) => ({ id, text });

test("ids are version 4 and differ", () => {
  const ids = new Set(Array.from({ length: 1000 }, uuid));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("what is put is waiting, then saved, in the order of writing", async () => {
  const { outbox, sent, seen } = box([ok]);
  await outbox.put("note", note("a", "one"));
  await outbox.put("post", note("b", "two"));
  await until(() => seen.length === 4);
  assert.deepEqual(sent, ["one", "two"]);
  assert.deepEqual(
    seen.filter(([, state]) => state === "saved"),
    [
      ["a", "saved"],
      ["b", "saved"],
    ],
  );
  assert.deepEqual(await outbox.waiting(), []);
});

test("a newer text takes the place of a waiting one", async () => {
  const { outbox, sent } = box([{ ok: false, code: "offline" }]);
  await outbox.put("note", note("a", "first"));
  await until(() => sent.length === 1);
  await outbox.put("note", note("a", "second"));
  assert.deepEqual(
    (await outbox.waiting()).map((item) => item.payload.text),
    ["second"],
  );
  await outbox.clear();
});

test("an answer to the older text does not take off the newer", async () => {
  let answer;
  const sent = [];
  const seen = [];
  const send = (_, payload) => {
    sent.push(payload.text);
    return sent.length === 1 ? new Promise((done) => (answer = done)) : Promise.resolve(ok);
  };
  const outbox = new Outbox(textShelf("1", storage()), send, (_, { state, item }) => seen.push([item.payload.text, state]));
  await outbox.put("note", note("a", "old"));
  await until(() => sent.length === 1);
  await outbox.put("note", note("a", "new"));
  answer(ok);
  await until(() => seen.some(([, state]) => state === "saved"));
  assert.deepEqual(sent, ["old", "new"]);
  assert.deepEqual(seen.at(-1), ["new", "saved"]);
});

test("busy and silence are tried again, a refusal is told and not repeated", async () => {
  const { outbox, sent, seen } = box([
    { ok: false, code: "busy" },
    { ok: false, code: "timeout" },
    { ok: false, code: "closed" },
  ]);
  await outbox.put("note", note("a", "late"));
  await until(() => seen.length === 2);
  assert.deepEqual(sent, ["late", "late", "late"]);
  assert.deepEqual(seen, [
    ["a", "waiting"],
    ["a", "closed"],
  ]);
  assert.deepEqual(await outbox.waiting(), []);
});

test("one that the server stumbles over does not hold up the others", async () => {
  const { outbox, sent, seen } = box([{ ok: false, code: "failed" }, ok]);
  const first = outbox.put("note", note("a", "stumble"));
  await first;
  await outbox.put("note", note("b", "fine"));
  await until(() => seen.filter(([, state]) => state === "saved").length === 2);
  assert.deepEqual(sent, ["stumble", "fine", "stumble"]);
});

test("it survives a reload, and clear leaves nothing", async () => {
  const place = storage();
  const before = box([{ ok: false, code: "offline" }], place);
  await before.outbox.put("note", note("a", "kept"));
  await until(() => before.sent.length === 1);
  clearTimeout(before.outbox.timer);
  const after = box([ok], place);
  await after.outbox.flush();
  assert.deepEqual(after.sent, ["kept"]);
  await after.outbox.put("note", note("b", "x"));
  await after.outbox.clear();
  assert.equal(place.getItem("samen.outbox.12345678"), "[]");
});

test("the wait doubles, with chance in it, and ends at a limit", () => {
  assert.deepEqual(
    [1, 2, 3].map((tries) => pause(tries, 0.5)),
    [500, 1000, 2000],
  );
  assert.equal(pause(1, 0), 250);
  assert.ok(pause(30, 1) <= 22_500);
});

test("the order of writing holds, also within one millisecond and when the device's clock is put back", async () => {
  const place = storage();
  const { outbox } = box([{ ok: false, code: "offline" }], place);
  const now = Date.now;
  let at = 1_000_000;
  Date.now = () => at;
  for (const id of ["c", "b", "a"]) await outbox.put("note", note(id, id));
  at -= 3_600_000;
  await outbox.put("note", note("0", "last"));
  Date.now = now;
  assert.deepEqual(
    (await outbox.waiting()).map(({ id }) => id),
    ["c", "b", "a", "0"],
  );
  await outbox.clear();
});

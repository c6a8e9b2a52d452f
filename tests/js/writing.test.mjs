import assert from "node:assert/strict";
import test from "node:test";
import { reduce, nothing } from "../../workshop/static/js/state.js";
import { Writing } from "../../workshop/static/js/phone/writing.js";
import { forgetRoom } from "../../workshop/static/js/shelf.js";

const TIP = { key: "tip", visibility: "me" };

/** A place that remembers, as localStorage does. */
function storage(kept = new Map()) {
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
}

/** A line to a server that answers what the test says. */
function lineTo(answer) {
  return {
    state: { ...nothing, me: { id: 7 } },
    sent: [],
    async send(event, payload) {
      this.sent.push([event, payload]);
      return answer(event, payload);
    },
    take(event, payload) {
      this.state = reduce(this.state, event, payload);
    },
  };
}

/** One phone, opened; each in a room of its own, as the outbox is kept by room. */
let rooms = 0;
async function phone(answer = () => ({ ok: true }), place = storage()) {
  const line = lineTo(answer);
  const refused = [];
  rooms += 1;
  const writing = new Writing(
    `room${rooms}`,
    place,
    line,
    () => {},
    (code) => refused.push(code),
  );
  await writing.open(7);
  return { line, writing, refused };
}

/** Waits for what is told, never for a time. */
async function until(met) {
  for (let i = 0; i < 500 && !met(); i += 1) await new Promise((done) => setTimeout(done, 10));
  assert.ok(met());
}

test("a note is waiting until the server has it, then saved, and keeps its id", async () => {
  let answer;
  const { line, writing } = await phone(() => new Promise((done) => (answer = done)));
  const note = writing.slot(TIP, 2);
  assert.equal(writing.status(note.id), "");
  writing.write(note, { text: "ask less " });
  assert.equal(writing.status(note.id), "waiting");
  writing.send(note.id);
  await until(() => answer);
  assert.deepEqual(line.sent[0], ["note", { id: note.id, prompt: "tip", text: "ask less", visibility: "me", group: null, round: 2 }]);
  assert.equal(writing.status(note.id), "waiting");
  answer({ ok: true });
  await until(() => writing.status(note.id) === "saved");
  assert.equal(writing.slot(TIP, 2).id, note.id);
  assert.equal(writing.slot(TIP, 2).text, "ask less ", "a last space stays under the pen");
  writing.send(note.id);
  assert.equal(writing.slot(TIP, 2).text, "ask less");
});

test("a round has its own note; outside the rounds there is one of each", async () => {
  const { line, writing } = await phone();
  assert.notEqual(writing.slot(TIP, 1).id, writing.slot(TIP, 2).id);
  line.take("note_saved", { id: "x", prompt: "case", round: 3, text: "late", visibility: "me", by: 7 });
  assert.equal(writing.slot({ key: "case", visibility: "me" }, null).id, "x");
});

test("what was typed is there again after a reload, and goes then", async () => {
  const place = storage();
  const { writing } = await phone(undefined, place);
  writing.write(writing.slot(TIP, 1), { text: "typed in haste" });
  writing.typing.forEach(clearTimeout);
  const line = lineTo(() => ({ ok: true }));
  const again = new Writing(
    writing.name,
    place,
    line,
    () => {},
    () => {},
  );
  assert.equal(again.slot(TIP, 1).text, "typed in haste");
  await again.open(7);
  await until(() => again.status(again.slot(TIP, 1).id) === "saved");
  assert.equal(line.sent.length, 1);
});

test("a refusal is told at the note, whose text stays", async () => {
  const { writing } = await phone(() => ({ ok: false, code: "closed" }));
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "too late" });
  writing.send(note.id);
  await until(() => writing.status(note.id) === "closed");
  assert.equal(writing.slot(TIP, 1).text, "too late");
});

test("nothing written is nothing sent; emptying what was stored deletes it", async () => {
  const { line, writing } = await phone();
  const note = writing.slot(TIP, 1);
  writing.write(note, { visibility: "group" });
  writing.send(note.id);
  writing.write(writing.slot(TIP, 1), { text: "for a moment" });
  writing.send(note.id);
  await until(() => writing.status(note.id) === "saved");
  writing.write(writing.slot(TIP, 1), { text: "" });
  writing.send(note.id);
  await until(() => line.sent.length === 2 && !writing.stored.length);
  assert.deepEqual(
    line.sent.map(([, { text }]) => text),
    ["for a moment", ""],
  );
});

test("counts and recognition are seen at once, and not doubled when the server answers", async () => {
  let answer;
  const { line, writing } = await phone(() => new Promise((done) => (answer = done)));
  writing.tally(1, "open", 1);
  await until(() => writing.count(1, "open") === 1 && answer);
  line.state = { ...line.state, group: { tally: { 1: { open: 1 } } } };
  answer({ ok: true });
  await until(() => writing.count(1, "open") === 1 && !writing.pending.size);
  writing.recognise("p");
  await until(() => writing.recognises("p") && line.sent.length === 2);
  answer({ ok: true });
  await until(() => line.state.my_recognised.includes("p"));
});

test("a line for the wall goes once it is put there, and comes off again", async () => {
  const { line, writing } = await phone();
  writing.draftPost("snags", { text: " too little time " });
  assert.deepEqual(line.sent, []);
  writing.post("snags");
  await until(() => line.sent.length === 1);
  assert.equal(line.sent[0][1].text, "too little time");
  assert.equal(writing.postDraft("snags").text, "");
});

test("who is erased leaves nothing on this phone", async () => {
  const kept = new Map();
  const { writing } = await phone(() => ({ ok: false, code: "offline" }), storage(kept));
  writing.write(writing.slot(TIP, 1), { text: "mine" });
  writing.send(writing.slot(TIP, 1).id);
  await writing.forget();
  await forgetRoom(writing.name, writing.place); // as the page does
  assert.equal(kept.size, 0);
  assert.deepEqual(await writing.outbox.waiting(), []);
});

test("a line for the wall that is refused goes back to where it was written", async () => {
  const { writing, refused } = await phone(() => ({ ok: false, code: "closed" }));
  writing.draftPost("snags", { text: "too late", signed: true });
  writing.post("snags");
  await until(() => refused.length);
  assert.deepEqual(refused, ["closed"]);
  assert.equal(writing.postDraft("snags").text, "too late");
  assert.equal(writing.postDraft("snags").signed, true);
  assert.deepEqual(writing.posts, []);
});

test("a line that is refused while the next is typed stays, and goes when it is put again", async () => {
  const place = storage();
  let answer = { ok: false, code: "closed" };
  const { line, writing, refused } = await phone(() => answer, place);
  line.fresh = false;
  for (const text of ["one", "two"]) {
    writing.draftPost("snags", { text });
    await writing.post("snags");
  }
  assert.deepEqual(
    writing.posts.map(({ text, status }) => [text, status]),
    [
      ["one", "waiting"],
      ["two", "waiting"],
    ],
  );
  line.fresh = true;
  writing.sendAll();
  await until(() => refused.length === 2);
  assert.deepEqual(writing.posts, [], "nothing is on the wall, or on its way");
  const kept = new Writing(
    writing.name,
    place,
    line,
    () => {},
    () => {},
  );
  assert.deepEqual(kept.unsent.map(([, text]) => text).sort(), ["one", "two"], "also after a reload");
  answer = { ok: true };
  const [second] = writing.unsent.find(([field]) => field !== "post.snags");
  writing.post(second.slice("post.".length));
  await until(() => line.sent.length === 3);
  assert.deepEqual([line.sent[2][1].column, line.sent[2][1].text], ["snags", "two"]);
  await until(() => writing.unsent.length === 1);
});

test("a need of one's own that is refused is there again, unless the table has it", async () => {
  const { line, writing, refused } = await phone(() => ({ ok: false, code: "closed" }));
  writing.need(["time"], "no phones", "");
  await until(() => refused.length === 1);
  assert.deepEqual(writing.unsent, [["need", "no phones"]]);
  writing.keep("need", null);
  line.state = { ...line.state, group: { id: 1, members: [{ id: 7, safe: ["own:no phones"] }] } };
  writing.need([], "no phones", "no phones");
  await until(() => refused.length === 2);
  assert.deepEqual(writing.unsent, []);
});

test("pressed twice it is one line; typed on meanwhile it stays typed", async () => {
  let answer;
  const { line, writing } = await phone(() => new Promise((done) => (answer = done)));
  writing.draftPost("snags", { text: "once" });
  writing.post("snags");
  await writing.post("snags");
  await until(() => answer);
  assert.equal((await writing.outbox.waiting()).length, 1);
  writing.draftPost("snags", { text: "and another" });
  answer({ ok: true });
  await until(() => line.sent.length >= 1);
  assert.equal(writing.postDraft("snags").text, "and another");
  assert.equal(writing.postDraft("snags").id, undefined, "that is another line");
});

test("a card chosen without a line goes later, unless the table went on without it", async () => {
  for (const [topic, round, goes] of [
    [null, 1, true],
    ["results", 1, false],
    [null, 2, false],
  ]) {
    const { line, writing } = await phone();
    line.state = { ...line.state, step: { round: 1 }, group: { topic: null } };
    line.fresh = false;
    writing.choose("connection", 1);
    await until(() => writing.topic(null) === "connection");
    line.state = { ...line.state, step: { round }, group: { topic } };
    line.fresh = true;
    writing.sendAll();
    await until(() => !writing.pending.size);
    assert.equal(
      line.sent.some(([event]) => event === "choose"),
      goes,
    );
  }
});

test("what is written for my table says which one that was, and whose it is if I was moved meanwhile", async () => {
  let moved = true;
  const { line, writing, refused } = await phone((event) => {
    if (event !== "note") return { ok: false, code: "stale" };
    return moved ? { ok: true, visibility: "me" } : { ok: true };
  });
  line.fresh = false;
  line.state = { ...line.state, group: { id: 1 } };
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "for" });
  writing.write(writing.slot(TIP, 1), { visibility: "group" });
  line.state = { ...line.state, group: { id: 2 } };
  writing.write(writing.slot(TIP, 1), { text: "for us " });
  line.fresh = true;
  writing.send(note.id);
  await until(() => line.sent.length === 1 && !writing.pending.size);
  assert.deepEqual(line.sent[0][1], { id: note.id, prompt: "tip", text: "for us", visibility: "group", group: 1, round: 1 });
  assert.deepEqual(refused, ["moved"]);
  assert.equal(writing.slot(TIP, 1).visibility, "me", "also under the pen");
  assert.equal(writing.status(note.id), "saved");
  writing.tally(1, "open", 1);
  await until(() => refused.length === 2 && !writing.pending.size);
  assert.deepEqual([line.sent[1][1].group, refused[1], writing.count(1, "open")], [2, "stale", 0]);
  moved = false;
  writing.write(writing.slot(TIP, 1), { visibility: "group" });
  writing.send(note.id);
  await until(() => writing.slot(TIP, 1).visibility === "group" && writing.status(note.id) === "saved");
  assert.equal(line.sent[2][1].group, 2, "chosen anew");
});

test("what waits arrives after a merge and a reload; who comes in next on this phone sends nothing of it", async (t) => {
  const place = storage();
  globalThis.localStorage = place;
  t.after(() => delete globalThis.localStorage);
  const gone = async ({ outbox }) => {
    await until(() => !outbox.sending);
    clearTimeout(outbox.timer); // that page is closed
  };
  const { line, writing } = await phone(() => ({ ok: false, code: "offline" }), place);
  writing.draftPost("snags", { text: "without a network" });
  await writing.post("snags");
  await gone(writing);
  const again = async (person, answer) => {
    const line = lineTo(() => answer);
    const next = new Writing(
      writing.name,
      place,
      line,
      () => {},
      () => {},
    );
    await next.open(person);
    return { line, next };
  };
  const merged = await again(9, { ok: true });
  await until(() => merged.line.sent.length === 1 && !merged.next.pending.size);
  assert.deepEqual(merged.line.sent[0], line.sent[0]);
  merged.next.line = lineTo(() => ({ ok: false, code: "offline" }));
  merged.next.draftPost("snags", { text: "not for whoever comes next" });
  await merged.next.post("snags");
  await gone(merged.next);
  await forgetRoom(writing.name, place);
  const other = await again(9, { ok: true });
  await other.next.outbox.flush();
  assert.deepEqual(other.line.sent, []);
});

test("what another tab of this phone changed is not sent again as it was", async () => {
  const place = storage();
  const { line, writing } = await phone(undefined, place);
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "typed here" });
  writing.typing.forEach(clearTimeout);
  place.setItem(writing.key, JSON.stringify({ [note.id]: { prompt: "tip", round: 1, text: "better there", visibility: "me" } }));
  await writing.reread();
  line.state = { ...line.state, pen: false };
  writing.flush();
  assert.equal(writing.slot(TIP, 1).text, "better there");
  assert.deepEqual(await writing.outbox.waiting(), [], "the tab with the pen sends it");
});

test("what was sent from another tab waits here no more", async () => {
  const { line, writing } = await phone(() => ({ ok: false, code: "offline" }));
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "from there" });
  writing.send(note.id);
  await until(() => writing.pending.size === 1);
  await writing.outbox.shelf.remove(note.id);
  line.take("note_saved", { id: note.id, prompt: "tip", round: 1, text: "from there", visibility: "me", by: 7 });
  await writing.align();
  assert.equal(writing.status(note.id), "saved");
});

test("what was refused in another tab is not thrown away here", async () => {
  const { writing } = await phone(() => ({ ok: false, code: "offline" }));
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "what I must not lose" });
  writing.send(note.id);
  await until(() => writing.pending.size === 1);
  await writing.outbox.shelf.remove(note.id);
  await writing.align();
  assert.equal(writing.slot(TIP, 1).text, "what I must not lose");
  assert.match(writing.place.getItem(writing.key), /what I must not lose/);
});

test("a phone that is full still sends what is typed", async () => {
  const full = {
    getItem: () => null,
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
    removeItem: () => {},
  };
  const { writing } = await phone(undefined, full);
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "all the same" });
  writing.send(note.id);
  await until(() => writing.status(note.id) === "saved");
});

test("a note that is too long stays on the phone, says so, and is not called saved", async () => {
  const { line, writing } = await phone();
  const note = writing.slot(TIP, 1);
  writing.write(note, { text: "short" });
  writing.send(note.id);
  await until(() => writing.status(note.id) === "saved");
  writing.write(writing.slot(TIP, 1), { text: "x".repeat(3000) });
  writing.flush();
  assert.equal(writing.status(note.id), "long");
  assert.equal(writing.slot(TIP, 1).text.length, 3000);
  assert.equal(line.sent.length, 1, "nothing of it went");
  writing.write(writing.slot(TIP, 1), { text: "👍".repeat(2000) });
  writing.flush();
  await until(() => writing.status(note.id) === "saved");
});

test("a line for the wall that is too long is not put; what is typed and not put can be asked for", async () => {
  const { line, writing } = await phone();
  writing.draftPost("snags", { text: "x".repeat(281) });
  await writing.post("snags");
  writing.keep("need", { text: "y".repeat(61) });
  writing.need(["time"], "y".repeat(61), "what I said");
  assert.deepEqual(writing.unsent, [
    ["post.snags", "x".repeat(281)],
    ["need", "y".repeat(61)],
  ]);
  await until(() => line.sent.length);
  assert.deepEqual(line.sent, [["safe", { keys: ["time"], own: "what I said", group: null }]]);
  writing.draftPost("snags", { text: "x".repeat(280) });
  await writing.post("snags");
  writing.need(["time"], "quiet", "what I said");
  assert.deepEqual(writing.unsent, []);
});

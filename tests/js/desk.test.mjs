import assert from "node:assert/strict";
import test from "node:test";
import { names, presence } from "../../workshop/static/js/desk/names.js";

const sentences = { stale: "Someone else", stale_clock: "The clock", invalid: "Not now", invalid_form_groups: "These wishes" };
globalThis.document = { getElementById: () => ({ textContent: JSON.stringify(sentences) }), documentElement: { lang: "en" } };
const { Orders } = await import("../../workshop/static/js/desk/orders.js");
const { roundLength } = await import("../../workshop/static/js/desk/steps.js");

test("one more round takes as long as the last one, as it is now", () => {
  const step = (round, seconds) => ({ round, seconds });
  assert.equal(roundLength({ programme: [step(null, 900), step(1, 240), step(1, 300), step(2, 120), step(2, 540), step(null, 60)] }), 660);
  assert.equal(roundLength({ programme: [step(null, 900)] }), 0);
});

test("two with one name are told apart, by team where that is enough", () => {
  const people = [
    { id: 1, name: "Eva", team: "Inkomen" },
    { id: 2, name: "eva", team: "Wijk Noord" },
    { id: 3, name: "Bo", team: null },
    { id: 4, name: "Bo", team: null },
    { id: 5, name: "Noor", team: "Werk" },
  ];
  assert.deepEqual([...names(people).values()], ["Eva (Inkomen)", "eva (Wijk Noord)", "Bo 1", "Bo 2", "Noor"]);
});

test("away is not left", () => {
  assert.equal(presence({ here: false, left: false }), "away");
  assert.equal(presence({ here: false, left: true }), "left");
});

/** A line that answers when it is told to. */
function desk(version = 3) {
  const sent = [];
  const said = [];
  const line = {
    state: { ready: true, version, step: { cause: "leader" } },
    connected: true,
    synced: 0,
    send: (_event, payload) => new Promise((answer) => sent.push({ ...payload, answer })),
    sync: () => (line.synced += 1),
  };
  return {
    line,
    sent,
    said,
    orders: new Orders(
      line,
      () => {},
      (text) => said.push(text),
    ),
  };
}
const turn = () => new Promise((done) => setImmediate(done));

test("a button that waits is not pressed twice, and waits no longer when it has its answer", async () => {
  const { orders, sent } = desk();
  orders.give("next");
  orders.give("next");
  await turn();
  assert.equal(sent.length, 1);
  assert.equal(orders.ready("next"), false);
  sent[0].answer({ ok: true });
  await turn();
  assert.equal(orders.ready("next"), true);
});

test("two quick orders go in turn, the second with the version that the first made", async () => {
  const { orders, sent, line } = desk(3);
  orders.give("pause");
  orders.give("add", { seconds: 60 });
  await turn();
  assert.deepEqual(
    sent.map((one) => [one.do, one.expect]),
    [["pause", 3]],
  );
  line.state = { ...line.state, version: 4 };
  sent[0].answer({ ok: true });
  await turn();
  assert.deepEqual([sent[1].do, sent[1].expect, sent[1].seconds], ["add", 4, 60]);
});

test("a refusal is told in words, and a stale one looks again", async () => {
  const { orders, sent, said, line } = desk();
  for (const [what, code, cause] of [
    ["next", "stale", "leader"],
    ["next", "stale", "clock"],
    ["form_groups", "invalid"],
    ["move", "invalid"],
  ]) {
    line.state = { ...line.state, step: { cause } };
    orders.give(what);
    await turn();
    sent.at(-1).answer({ ok: false, code });
    await turn();
  }
  assert.deepEqual(said, ["Someone else", "The clock", "These wishes", "Not now"]);
  assert.equal(line.synced, 2);
});

test("who comes late and who goes is told once the groups are shown, the last of each only", async () => {
  const { added, turns } = await import("../../workshop/static/js/desk/comings.js");
  const person = (id, name, more = {}) => ({ id, name, team: null, left: false, stand_in: false, group: null, ...more });
  const room = (people, shown = true) => ({ ready: true, shown, people, groups: [{ id: 7, number: 2 }] });
  const before = room([person(1, "Noor", { group: 7 }), person(2, "Sem")]);
  const after = room([person(1, "Noor", { left: true }), person(2, "Sem"), person(3, "sem"), person(4, "Leider", { stand_in: true })]);
  const seen = turns(before, after, 5);
  assert.deepEqual(
    seen.map(({ what, name, number }) => [what, name, number]),
    [
      ["came", "sem 2", undefined],
      ["went", "Noor", 2],
    ],
  );
  assert.deepEqual(turns(room(before.people, false), after, 5), [], "before they are shown everyone is on time");
  assert.deepEqual(turns({ ...before, ready: false }, after, 5), [], "a desk that opens has nobody come in");
  assert.deepEqual(
    turns(before, room([person(2, "Sem")]), 5).map(({ what, name }) => [what, name]),
    [["went", "Noor"]],
    "taken out",
  );
  const simulated = room([...before.people, person(5, "Bo", { simulated: true })]);
  assert.deepEqual(turns(simulated, before, 5), [], "who is simulated was sent away by a leader");
  assert.deepEqual(
    turns(simulated, room([...before.people, person(5, "Bo", { simulated: true, left: true })]), 5).map(({ what }) => what),
    ["went"],
  );
  assert.deepEqual(
    added(seen, turns(after, before, 6)).map(({ what, id }) => [what, id]),
    [
      ["came", 1],
      ["went", 3],
    ],
  );
});

test("a button rests from its press on, and no longer than its answer takes where that is slower", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const { orders, sent } = desk();
  orders.give("slide", { to: 1 }, "next", 200);
  await turn();
  sent[0].answer({ ok: true });
  await turn();
  assert.equal(orders.ready("next"), false, "the second half of a double tap");
  context.mock.timers.tick(200);
  await turn();
  assert.equal(orders.ready("next"), true);
  orders.give("slide", { to: 2 }, "next", 200);
  await turn();
  context.mock.timers.tick(200);
  await turn();
  assert.equal(orders.ready("next"), false, "its answer is on the way");
  sent[1].answer({ ok: true });
  await turn();
  assert.equal(orders.ready("next"), true);
});

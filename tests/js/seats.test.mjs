import assert from "node:assert/strict";
import test from "node:test";
import { all, column, isSingle, pages, under } from "../../workshop/static/js/desk/lines.js";
import { presence, twice } from "../../workshop/static/js/desk/names.js";
import { inDraw, notYet, price, sizesOf, small, teams, unformed, unseen } from "../../workshop/static/js/desk/seats.js";

const person = (id, name, more = {}) => ({ id, name, team: null, here: true, left: false, came: true, by_hand: false, stand_in: false, ...more });

test("everyone who has not left is in the draw, asleep or not yet here; a leader who sits in is not", () => {
  const people = [
    person(1, "Noor"),
    person(2, "Sem", { here: false }),
    person(3, "Bo", { left: true }),
    person(4, "Eva", { here: false, came: false }),
    person(5, "Leader", { stand_in: true }),
  ];
  assert.deepEqual(
    inDraw(people).map(({ id }) => id),
    [1, 2, 4],
  );
  assert.deepEqual(
    unseen(people).map(({ name }) => name),
    ["Sem", "Eva"],
    "and they are named",
  );
});

test("before the first step that needs groups comes a draft, once, where there are two to draw", () => {
  const state = { groups: [], shown: false, people: [person(1, "Noor"), person(2, "Sem")] };
  const asked = (more, kind = "groups") => unformed({ ...state, ...more }, { kind });
  assert.ok(asked({}) && asked({}, "brief"), "also where the step of the groups was left out");
  assert.ok(!asked({}, "plenary") && !asked({}, "break"));
  assert.ok(!asked({ groups: [{ members: [] }] }), "there is a draft: the next press shows it");
  assert.ok(!asked({ shown: true }));
  assert.ok(!asked({ people: [person(1, "Noor"), person(2, "Sem", { left: true })] }), "one alone waits");
});

test("a table is too small as long as a round runs or comes, and no longer", () => {
  const programme = [{ round: null }, { round: 1 }, { round: 2 }, { round: null }];
  const groups = [
    { id: 1, mends: [{ do: "sit_in" }] },
    { id: 2, mends: [] },
  ];
  const at = (index) => small({ programme, groups, step: { index } }).map(({ id }) => id);
  assert.deepEqual([0, 1, 2].map(at), [[1], [1], [1]]);
  assert.deepEqual(at(3), [], "at the closing nothing is to be mended");
});

test("who never came is told apart from who is away; who has no phone is neither", () => {
  assert.equal(presence(person(1, "Eva", { here: false, came: false })), "never");
  assert.equal(presence(person(1, "Eva", { here: false })), "away");
  assert.equal(presence(person(1, "Eva", { here: false, came: false, by_hand: true })), "away");
  assert.equal(presence(person(1, "Eva", { left: true, came: false })), "left");
});

test("one name twice is asked about where it may be one person, with the one who is here to keep", () => {
  const away = person(1, "Noor", { here: false });
  const here = person(2, "noor");
  assert.deepEqual(twice([away, here]), [[here, away]]);
  assert.deepEqual(twice([person(1, "Eva"), person(2, "Eva")]), [], "both are here: two people");
  assert.deepEqual(twice([person(1, "Eva", { team: "Werk", here: false }), person(2, "Eva", { team: "Noord" })]), [], "two teams: two people");
  assert.deepEqual(twice([away, { ...here, left: true }]), []);
});

test("the price of large groups", () => {
  assert.deepEqual(price({ 4: 2, 3: 1 }, 3), { people: 2, more: 1 });
  assert.deepEqual(price({ 5: 1 }, 3), { people: 2, more: 2 });
  assert.deepEqual(price({ 4: 2 }, 4), { people: 0, more: 0 }, "a fourth round mends it");
  assert.deepEqual(price({ 3: 5, 2: 1 }, 2), { people: 0, more: 0 }, "two rounds with threes were chosen");
  assert.deepEqual(sizesOf([{ members: [1, 2, 3] }, { members: [1, 2, 3, 4] }]), { 3: 1, 4: 1 });
});

test("who has not been client yet, and for whom it never comes", () => {
  const member = (name, ...roles) => ({ id: name, name, roles });
  const groups = [{ members: [member("A", "client", "observer"), member("B", "observer", "client"), member("C", "observer", "observer")] }];
  assert.deepEqual(
    notYet(groups, "client", 1).map(({ name, ever }) => [name, ever]),
    [
      ["B", true],
      ["C", false],
    ],
  );
  assert.deepEqual(
    notYet(groups, "client", 2).map(({ name }) => name),
    ["C"],
  );
});

test("teams are mixed where there are two or more", () => {
  assert.equal(teams([person(1, "A", { team: "Werk" }), person(2, "B", { team: "werk " }), person(3, "C")]), 1);
  assert.equal(teams([person(1, "A", { team: "Werk" }), person(2, "B", { team: "Noord" })]), 2);
});

const post = (id, more = {}) => ({ id, column: "snags", text: id, recognised: 0, bundle: null, ...more });

test("a leader sees hidden lines as hidden, and concealed ones as they are", () => {
  const state = { wall: { posts: [post("a")] }, hidden: [post("b", { hidden: true }), post("c", { hidden: false })] };
  assert.deepEqual(
    all(state).map(({ id, off }) => [id, off]),
    [
      ["a", false],
      ["b", true],
      ["c", false],
    ],
  );
});

test("a column: newest or most recognised first, hidden last, bundled ones under their line", () => {
  const posts = all({
    wall: { posts: [post("a", { recognised: 3 }), post("b", { bundle: "t" }), post("c"), post("t")] },
    hidden: [post("h", { hidden: true })],
  });
  assert.deepEqual(
    column(posts, "snags", "newest").map(({ id }) => id),
    ["t", "c", "a", "h"],
  );
  assert.deepEqual(
    column(posts, "snags", "recognised").map(({ id }) => id),
    ["a", "t", "c", "h"],
  );
  assert.deepEqual(column(posts, "first_step", "newest"), []);
  assert.deepEqual(
    under(posts, "t").map(({ id }) => id),
    ["b"],
  );
  assert.deepEqual(
    posts.filter((post) => isSingle(posts, post)).map(({ id }) => id),
    ["a", "c"],
    "only these can be put together with others",
  );
});

test("the screen needs a page for every nine lines", () => {
  const lines = (n) => Array.from({ length: n }, (_, i) => ({ ...post(String(i)), off: false }));
  assert.deepEqual(
    [0, 9, 10, 19].map((n) => pages(lines(n))),
    [1, 1, 2, 3],
  );
});

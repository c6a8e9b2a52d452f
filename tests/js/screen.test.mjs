/** The projector's own rules: when it rings, and how it tells two people of one name apart. */
import assert from "node:assert/strict";
import test from "node:test";
import { Bell } from "../../workshop/static/js/screen/bell.js";
import { isLong, namesOf } from "../../workshop/static/js/screen/names.js";

function bell() {
  const heard = [];
  return [new Bell({ gong: () => heard.push("gong"), mark: () => heard.push("mark") }), heard];
}

test("a long step is marked two minutes before its end, and ends with a gong", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(121_000, null);
  room.tick(120_000, 120);
  room.tick(1_000, null);
  room.tick(-1, 0);
  assert.deepEqual(heard, ["mark", "gong"]);
});

test("a short step has no mark, and one that the leader leads has no gong", () => {
  const [room, heard] = bell();
  room.enter(true, 180, false);
  room.tick(119_000, 120);
  room.enter(false, 900, false);
  room.tick(120_000, 120);
  room.tick(0, 0);
  assert.deepEqual(heard, []);
});

test("a step that ended by its clock rings once, also where the room moved on before the last second was seen", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(900, null);
  room.enter(true, 180, true);
  assert.deepEqual(heard, ["gong"]);
  room.tick(-5, 0);
  room.enter(true, 60, true);
  assert.deepEqual(heard, ["gong", "gong"]);
});

test("a step that the leader left early does not ring", () => {
  const [room, heard] = bell();
  room.enter(true, 300, false);
  room.tick(900, null);
  room.enter(true, 180, false);
  assert.deepEqual(heard, []);
});

test("two people of one name are told apart by team, or by a number", () => {
  const person = (id, name, team = null) => ({ id, name, team });
  const people = [person(1, "Eva", "Inkomen"), person(2, "Noor"), person(3, "Eva", "Wijk Noord"), person(4, "noor"), person(5, "Bo", "Werk")];
  assert.deepEqual(
    [...namesOf(people)].sort(([one], [other]) => one - other).map(([, name]) => name),
    ["Eva (Inkomen)", "Noor 1", "Eva (Wijk Noord)", "noor 2", "Bo"],
  );
});

test("only a word that fits on no line may be broken", () => {
  assert.equal(isLong("Çelik-van ’t Hof"), false);
  assert.equal(isLong("W".repeat(40)), true);
});

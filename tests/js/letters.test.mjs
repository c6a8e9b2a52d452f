/** Letters without their marks, and a list of names: the cases of tests/rules, which core runs too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { plain } from "../../workshop/static/js/desk/letters.js";
import { peopleIn } from "../../workshop/static/js/desk/listed.js";

test("a name is found by whoever types it without accents", () => {
  for (const [text, typed] of JSON.parse(readFileSync(new URL("../rules/letters.json", import.meta.url), "utf8"))) {
    assert.equal(plain(text), typed);
  }
});

const names = (text) => peopleIn(text).map(({ name }) => name);

test("a list is several people: lines, commas, bullets and the columns of a spreadsheet", () => {
  assert.deepEqual(names("Noor\nSem\r\n\n  Fatma \n"), ["Noor", "Sem", "Fatma"]);
  assert.deepEqual(names("1. Noor\n2) Sem\n- Fatma\n• Zoë"), ["Noor", "Sem", "Fatma", "Zoë"]);
  assert.deepEqual(names("Noor, Sem; Fatma"), ["Noor", "Sem", "Fatma"]);
  assert.deepEqual(names("Noor\u2028Sem"), ["Noor", "Sem"]);
  assert.deepEqual(peopleIn("Noor\tInkomen\nSem\t\nFatma\tWijk Noord\t3"), [
    { name: "Noor", team: "Inkomen" },
    { name: "Sem", team: "" },
    { name: "Fatma", team: "Wijk Noord" },
  ]);
  assert.deepEqual(names("Bakker, Noor\nde Vries, Sem"), ["Bakker, Noor", "de Vries, Sem"], "lines are lines: a comma is part of a name");
});

test("one name is one person", () => {
  for (const text of ["Noor", " Çelik-van ’t Hof\n", "Noor\tInkomen", "", "\n\n", "-"]) assert.ok(peopleIn(text).length <= 1, text);
});

import assert from "node:assert/strict";
import test from "node:test";
import { fill } from "../../workshop/static/js/words.js";

test("placeholders are filled, and an unknown one stays visible", () => {
  assert.equal(fill("table {number}", { number: 3 }), "table 3");
  assert.equal(fill("table {number}", {}), "table {number}");
});

test("the plural form follows the language", () => {
  const word = { one: "nog {n} onderweg", other: "nog {n} onderweg, samen" };
  assert.equal(fill(word, { n: 1 }, "nl"), "nog 1 onderweg");
  assert.equal(fill(word, { n: 0 }, "nl"), "nog 0 onderweg, samen");
});

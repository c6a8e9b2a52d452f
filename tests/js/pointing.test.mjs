// @ts-check
/** What could point to someone; the cases of tests/rules, which the server runs too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pointing, quoted } from "../../workshop/static/js/pointing.js";

const { names, cases } = JSON.parse(readFileSync(new URL("../rules/pointing.json", import.meta.url), "utf-8"));

test("all that could point to someone is found, and nothing else", () => {
  for (const [text, found] of cases) assert.deepEqual(pointing(text, names), found);
});

test("each of it is named", () => {
  assert.equal(quoted(["Sanne", "06-1234 5678"]), "“Sanne”, “06-1234 5678”");
});

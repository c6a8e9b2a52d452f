/** How long a programme takes, as the form for a new room tells it: the cases of tests/rules, which core runs too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { lasts, secondsIn } from "../../workshop/static/js/lasts.js";

const { programmes, typed } = JSON.parse(readFileSync(new URL("../rules/lasts.json", import.meta.url), "utf8"));

test("a programme lasts as long as its steps, without the one in which people come in", () => {
  for (const { parts, rounds, lengths, seconds } of programmes) assert.equal(lasts(parts, rounds, lengths), seconds);
});

test("a length as a leader types it", () => {
  for (const [text, seconds] of typed) assert.equal(secondsIn(text), seconds, text);
});

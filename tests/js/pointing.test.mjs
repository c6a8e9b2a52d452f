// @ts-check
/** What could point to someone; the same cases as tests/core/test_pointing.py. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pointing, quoted } from "../../workshop/static/js/pointing.js";

const names = ["Bo", "Fatma", "Jan Piet", "…"];

test("all that could point to someone is found, and nothing else", () => {
  for (const [text, found] of [
    ["vraag het Sanne van de balie", ["Sanne"]],
    ["bel 06-1234 5678", ["06-1234 5678"]],
    ["mail noor@example.org even", ["noor@example.org"]],
    ["Fatma zei het goed", ["Fatma"]],
    ["Jan Piet zei het goed", ["Jan Piet", "Piet"]],
    ["ik sprak met Çelik-van ’t Hof", ["Çelik-van", "Hof"]],
    ["bel Fatma of Sanne op 0612345678, of sanne@x.nl", ["sanne@x.nl", "0612345678", "Fatma", "Sanne"]],
    ["Ik luisterde. Toen zei ik niets.", []],
    ["In 2026 drie keer, om 10.30", []],
    ["Het UWV belde", []],
    ["Bolwerk gebouwd\nEn verder", []],
    ["", []],
  ]) assert.deepEqual(pointing(/** @type {string} */ (text), names), found);
});

test("each of it is named", () => {
  assert.equal(quoted(["Sanne", "06-1234 5678"]), "“Sanne”, “06-1234 5678”");
});

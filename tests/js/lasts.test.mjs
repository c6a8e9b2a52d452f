/** How long a programme takes, as the form for a new room tells it: the cases of tests/rules, which core runs too. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { lasts } from "../../workshop/static/js/lasts.js";
import { asTyped, linkIn, plainDigits, secondsIn } from "../../workshop/static/js/typed.js";

const { programmes, typed } = JSON.parse(readFileSync(new URL("../rules/lasts.json", import.meta.url), "utf8"));

test("a programme lasts as long as its steps, without the one in which people come in", () => {
  for (const { parts, rounds, lengths, seconds } of programmes) assert.equal(lasts(parts, rounds, lengths), seconds);
});

test("a length as a leader types it", () => {
  for (const [text, seconds] of typed) assert.equal(secondsIn(text), seconds, text);
});

test("a length stands in its field as it can be typed", () => {
  assert.deepEqual([0, 90, 300, 150, 65].map(asTyped), ["0", "1:30", "5", "2:30", "1:05"]);
  for (let seconds = 0; seconds < 7200; seconds += 1) assert.equal(secondsIn(asTyped(seconds)), seconds);
});

test("the digits of every script are digits", () => {
  for (const typed of ["١٢٣٤٥٦٧٨", "۱۲۳۴۵۶۷۸", "१२३४५६७८", "১২৩৪৫৬৭৮", "１２３４５６７８", "𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴", "๑๒๓๔๕๖๗๘", "1234٥٦٧٨"]) {
    assert.equal(plainDigits(typed), "12345678", typed);
  }
  assert.equal(plainDigits("1²½Ⅳ"), "1²½Ⅳ");
});

test("a link that was pasted leads where it leads, on this server", () => {
  for (const [pasted, code, secret] of JSON.parse(readFileSync(new URL("../rules/links.json", import.meta.url), "utf8"))) {
    assert.equal(linkIn(pasted)?.replace("?language=en", "") ?? null, code && `/r/${code}${secret}`, pasted);
  }
  assert.equal(linkIn("https://zaal.example/r/12345678?language=en#k=abc."), "/r/12345678?language=en#k=abc");
  assert.equal(linkIn("https://zaal.example/lead/12345678?key=l7.x"), "/lead/12345678?key=l7.x");
});

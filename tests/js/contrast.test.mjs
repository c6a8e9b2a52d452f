/** The colours of tokens.css, held to WCAG AA: text 4.5, what a control or a shape is known by 3. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const css = readFileSync(new URL("../../workshop/static/css/base/tokens.css", import.meta.url), "utf8");
const list = (block) => Object.fromEntries([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]));
const blocks = [...css.matchAll(/:root[^{]*\{([^{}]*)\}/g)].map((m) => list(m[1])).filter((colours) => colours.paper);
const [light, darkByDevice, darkByChoice] = blocks;

function luminance(colour) {
  const [r, g, b] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ["paper", "card", "sunk"];
const ON_GROUND = ["ink", "ink-soft", "terracotta", "blue", "moss", "teal", "teal-deep", "amber", "red", "red-deep"];
const PAIRS = [
  ...ON_GROUND.flatMap((text) => GROUNDS.map((ground) => [text, ground, 4.5])),
  ...["terracotta", "blue", "moss", "teal", "amber", "red"].flatMap((text) => [
    [text, `${text}-wash`, 4.5],
    ["ink", `${text}-wash`, 4.5],
  ]),
  ["teal-deep", "teal-wash", 4.5],
  ["red-deep", "red-wash", 4.5],
  ["on-colour", "teal", 4.5],
  ["on-colour", "teal-deep", 4.5],
  ["on-colour", "red", 4.5],
  ...GROUNDS.map((ground) => ["edge", ground, 3]),
];

for (const [theme, colours] of [
  ["light", light],
  ["dark", darkByDevice],
]) {
  test(`every pair of the ${theme} theme can be read`, () => {
    const poor = PAIRS.map(([text, ground, least]) => [text, ground, least, contrast(colours[text], colours[ground])])
      .filter(([, , least, found]) => found < least)
      .map(([text, ground, least, found]) => `${text} on ${ground}: ${found.toFixed(2)} < ${least}`);
    assert.deepEqual(poor, []);
  });
}

test("the dark theme is one theme, by device or by choice, and swaps raw colours only", () => {
  assert.deepEqual(darkByDevice, darkByChoice);
  assert.deepEqual(Object.keys(darkByDevice), Object.keys(light));
});

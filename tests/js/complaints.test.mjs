/** What users of neighbouring products complain of, and why nobody can say it of us: what scripts alone can show.
 *  The whole list stands in tests/test_complaints.py. */
import assert from "node:assert/strict";
import test from "node:test";
import { milestone, reading } from "../../workshop/static/js/countdown.js";

const NOON = 1_800_000_000_000;
const clock = { state: "running", length: 300, remaining: 300, ends_at: NOON + 300_000 };

test("the end of a step never comes without warning", () => {
  const seen = (left) => reading(clock, clock.ends_at - left * 1000);
  assert.deepEqual(
    [300, 61, 60, 16, 15, 1, 0, -1].map((left) => seen(left).level),
    ["calm", "calm", "amber", "amber", "red", "red", "over", "over"],
  );
  assert.equal(seen(-65).text, "+1:05", "and when it is over the clock goes on");
  const told = [];
  for (let left = 300; left > -2; left--) {
    const passed = milestone(left * 1000, (left - 1) * 1000);
    if (passed !== null) told.push(passed);
  }
  assert.deepEqual(told, [120, 60, 30, 10, 0], "a screen reader hears of it too, and not each second");
});

/** As much of Web Audio as the gong needs; counts what was struck. Until somebody taps it does not answer, as browsers do. */
function browser(kept = {}) {
  const struck = [];
  const hand = { tapped: false };
  const store = new Map(Object.entries(kept));
  const param = () => ({ setValueAtTime() {}, linearRampToValueAtTime() {}, exponentialRampToValueAtTime() {} });
  class Node {
    gain = param();
    constructor(_, { frequency } = {}) {
      this.frequency = frequency;
    }
    connect(to) {
      return to;
    }
    start() {
      struck.push(this.frequency);
    }
    stop() {}
  }
  class AudioContext {
    state = "suspended";
    currentTime = 0;
    resume() {
      if (!hand.tapped) return new Promise(() => {});
      this.state = "running";
      return Promise.resolve();
    }
  }
  Object.assign(globalThis, {
    document: { addEventListener() {} },
    localStorage: { getItem: (key) => store.get(key) ?? null, setItem: (key, value) => store.set(key, value) },
    AudioContext,
    OscillatorNode: Node,
    GainNode: Node,
  });
  return { struck, store, hand };
}

test("there is a sound, and where the browser waits for a tap the page says so", async () => {
  const { struck, hand } = browser();
  const { Sound } = await import("../../workshop/static/js/sound.js");
  const states = [];
  const sound = new Sound((state) => states.push(state));
  await sound.gong();
  assert.deepEqual([states.at(-1), struck.length], ["locked", 0]);
  hand.tapped = true;
  await sound.unlock();
  await sound.gong();
  assert.equal(states.at(-1), "on");
  assert.ok(struck.length > 1, "a gong has partials");
});

test("the sound can be switched off, and stays off", async () => {
  const { struck, store, hand } = browser();
  hand.tapped = true;
  const { Sound } = await import("../../workshop/static/js/sound.js");
  const sound = new Sound();
  await sound.unlock();
  sound.set({ muted: true });
  await sound.gong();
  await sound.mark();
  assert.equal(struck.length, 0);
  const again = browser(Object.fromEntries(store));
  again.hand.tapped = true;
  const tomorrow = new Sound();
  assert.equal(tomorrow.state, "muted");
  tomorrow.set({ muted: false, volume: 0.2 });
  await tomorrow.unlock();
  await tomorrow.gong();
  assert.ok(again.struck.length > 0 && tomorrow.volume === 0.2);
});

// @ts-check
/** Waits when others come first, and asks again by itself; but not for ever. */
const PATIENCE = 120; // seconds: a full room through one narrow door

const LONGEST = 8000; // ms

/** Ends a request that nobody answers: whoever waits for it would wait for ever, and never ask again. @param {number} [ms] */
export function within(ms = LONGEST) {
  const late = new AbortController();
  setTimeout(() => late.abort(), ms);
  return late.signal;
}

/** @typedef {{ status: number, answer: any, wait?: number }} Answer `wait`: in seconds, where it is told to come again */

/**
 * Asks again by itself for as long as it is told when to; others are before it. Not all of them at one moment.
 * @param {() => Promise<Answer>} ask @param {(seconds: number) => void} waiting
 */
export async function patiently(ask, waiting, sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms))) {
  let answer = await ask();
  for (let waited = 0; answer.wait && waited < PATIENCE; ) {
    waiting(answer.wait);
    waited += answer.wait;
    await sleep(answer.wait * (1 + Math.random()) * 1000);
    answer = await ask();
  }
  return answer;
}

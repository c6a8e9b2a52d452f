// @ts-check
/** Waits when others come first, and asks again by itself; but not for ever. */

/** Ends a request that nobody answers: whoever waits for it would wait for ever, and never ask again. @param {number} [ms] */
export function within(ms = 8000) {
  const late = new AbortController();
  setTimeout(() => late.abort(), ms);
  return late.signal;
}

/** @typedef {{ status: number, answer: any, wait?: number }} Answer `wait`: in seconds, where it is told to come again */

/**
 * Asks again by itself for as long as it is told when to, up to two minutes: others are before it. Not all of them at
 * one moment.
 * @param {() => Promise<Answer>} ask @param {(seconds: number) => void} waiting
 */
export async function patiently(ask, waiting, sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms))) {
  let answer = await ask();
  for (let waited = 0; answer.wait && waited < 120; ) {
    waiting(answer.wait);
    waited += answer.wait;
    await sleep(answer.wait * (1 + Math.random()) * 1000);
    answer = await ask();
  }
  return answer;
}

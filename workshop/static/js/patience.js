// @ts-check
/** Waits where others are before one, and asks again by itself. */
const MOST_TRIES = 30;

/** @typedef {{ status: number, answer: any, wait?: number }} Answer `wait`: in seconds, where it is told to come again */

/**
 * Asks again by itself for as long as it is told when to; others are before it.
 * @param {() => Promise<Answer>} ask @param {(seconds: number) => void} waiting
 */
export async function patiently(ask, waiting, sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms))) {
  let answer = await ask();
  for (let tries = 1; answer.wait && tries < MOST_TRIES; tries += 1) {
    waiting(answer.wait);
    await sleep(answer.wait * 1000);
    answer = await ask();
  }
  return answer;
}

// @ts-check
/** The cards to take along: they are kept for where there is no network, in each language, and go on paper unfolded. */
import { made, ours } from "./root.js";

const kept = `cards${ours(".")}`;

/** Only where a browser can: on https, or on the machine itself. @returns {Promise<boolean>} */
async function keepCards() {
  if (!navigator.serviceWorker || !globalThis.caches) return false;
  try {
    await navigator.serviceWorker.register(ours("/sw.js"), { scope: ours("/cards") });
    const named = /** @type {NodeListOf<any>} */ (document.querySelectorAll("link[href], script[src], a[hreflang]"));
    const here = location.href.split("#")[0];
    const files = new Set([here, here.split("?")[0], ...[...named].map((one) => one.href ?? one.src)]);
    const name = `${kept}${made}`; // apart from the phone page's: a newer page there takes no cards away
    await (await caches.open(name)).addAll([...files]);
    for (const old of await caches.keys()) if (old.startsWith(kept) && old !== name) await caches.delete(old);
    await navigator.serviceWorker.ready;
    return true;
  } catch {
    return false; // no room left, or no network just now: the next visit tries again
  }
}

/** @type {HTMLDetailsElement[]} */
let unfolded = []; // for the paper alone

window.addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details")].filter((one) => !one.open);
  for (const one of unfolded) one.open = true;
});
window.addEventListener("afterprint", () => {
  for (const one of unfolded) one.open = false;
});
document.getElementById("print")?.addEventListener("click", () => print());
keepCards().then((able) => document.getElementById("reloads")?.toggleAttribute("hidden", !able));

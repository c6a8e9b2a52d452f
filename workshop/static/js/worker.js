// @ts-check
/**
 * Shows the phone page, and that with the cards, when there is no network. It stores nothing itself: pocket.js and
 * cards.js put a page and its files into the cache. The API and the sockets never come through here.
 */

const FILES = new URL("static/", location.href).pathname;
const PATIENCE = 3000; // ms: the room is waiting

addEventListener("install", () => /** @type {any} */ (globalThis).skipWaiting());

addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith(FILES)) event.respondWith(kept(pathname).then((found) => found ?? fetch(request)));
  else if (request.mode === "navigate" || pathname.endsWith("/more")) {
    const path = pathname.replace(/\/+$/, "");
    event.respondWith(page(request, [path + search, path]));
  }
});

/** @param {string} address */
const kept = (address) => caches.match(address, { ignoreVary: true });

/** The page as it is now; as it was where the network is slow, gone or answers for a server that is not there. @param {Request} request @param {string[]} addresses under which it may be kept, the best first */
async function page(request, addresses) {
  const fresh = fetch(request);
  const copies = await Promise.all(addresses.map(kept));
  const copy = copies.find(Boolean);
  if (!copy) return fresh;
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const answer = await Promise.race([fresh, late]).catch(() => undefined);
  return answer && answer.status < 500 ? answer : copy;
}

// @ts-check
/**
 * Shows the phone page when there is no network. It stores nothing itself: pocket.js puts the page and its files into the
 * cache. The API and the sockets never come through here.
 */

const PATIENCE = 3000; // ms: the room is waiting

addEventListener("install", () => /** @type {any} */ (globalThis).skipWaiting());

addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(kept(pathname).then((found) => found ?? fetch(request)));
  else if (request.mode === "navigate" || pathname.endsWith("/more")) event.respondWith(page(request, pathname.replace(/\/+$/, "")));
});

/** @param {string} pathname */
const kept = (pathname) => caches.match(pathname, { ignoreVary: true });

/** The page as it is now; as it was where the network is slow, gone or answers for a server that is not there. @param {Request} request @param {string} pathname */
async function page(request, pathname) {
  const fresh = fetch(request);
  const copy = await kept(pathname);
  if (!copy) return fresh;
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const answer = await Promise.race([fresh, late]).catch(() => undefined);
  return answer && answer.status < 500 ? answer : copy;
}

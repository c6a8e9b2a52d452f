// @ts-check
/** A browser that keeps no cookies says so, instead of giving a reason that is not the real one. */
if (!navigator.cookieEnabled) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cookies]"))) part.hidden = part.dataset.cookies === "kept";
}

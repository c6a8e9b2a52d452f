// @ts-check
/** A browser that keeps no cookies says so, in place of a reason that is not the reason. */
if (!navigator.cookieEnabled) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-cookies]"))) part.hidden = part.dataset.cookies === "kept";
}

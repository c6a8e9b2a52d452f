// @ts-check
/**
 * The address that phones get may change while a page shows it: the leader chose another network, or the computer moved
 * to another. A page whose own address changes with it has that in `data-base`.
 */

/** @param {{ base: string | null } | null} address as the server told it */
export function follow(address) {
  const page = document.querySelector("[data-base]");
  const after = address?.base;
  if (!(page instanceof HTMLElement) || !page.dataset.base || !after || page.dataset.base === after) return;
  const before = page.dataset.base;
  page.dataset.base = after;
  for (const text of document.querySelectorAll("[data-address]")) text.textContent = after.split("://")[1];
  for (const field of document.querySelectorAll("input[readonly]")) {
    if (field instanceof HTMLInputElement && field.value.startsWith(`${before}/`)) field.value = after + field.value.slice(before.length);
  }
  for (const code of document.querySelectorAll("[data-qr]")) {
    if (code instanceof HTMLImageElement) code.src = `${code.src.split("?")[0]}?at=${encodeURIComponent(after)}`; // else the old picture stays
  }
}

// @ts-check
/** Which part of the desk is in front: chosen by hand, or by the kind of step when the room goes on. */

/** @type {Record<string, string>} what a leader needs most in each kind of step; the others leave it as it is */
const FITS = { welcome: "room", prepare: "triads", break: "triads", groups: "triads", brief: "triads", plenary: "wall", closing: "wall" };
const WIDE = matchMedia("(min-width: 70rem)"); // as in desk.css: people have a column of their own

export class Views {
  /** @param {HTMLElement} tabs */
  constructor(tabs) {
    this.tabs = tabs;
    this.shown = "room";
    this.fitted = "";
    tabs.addEventListener("click", (event) => {
      const tab = /** @type {HTMLElement} */ (event.target).closest?.("[data-view]");
      if (tab instanceof HTMLElement) this.show(tab.dataset.view ?? "");
    });
    WIDE.addEventListener("change", () => this.show(this.shown));
    this.show("room");
  }

  /** The room went on: what fits comes to the front, once; after that the leader's own choice holds. @param {string} [kind] */
  follow(kind = "") {
    const fit = FITS[kind];
    if (!fit || fit === this.fitted) return;
    this.fitted = fit;
    this.show(fit);
  }

  /** @param {string} view */
  show(view) {
    this.shown = view === "people" && WIDE.matches ? "triads" : view;
    for (const tab of this.tabs.querySelectorAll("[data-view]")) {
      if (!(tab instanceof HTMLElement)) continue;
      const on = tab.dataset.view === this.shown;
      if (on) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
      const part = document.getElementById(`view-${tab.dataset.view}`);
      if (part) part.hidden = !on && !(tab.dataset.view === "people" && WIDE.matches);
    }
  }

  /** The small number beside a tab's name. @param {string} view @param {number} n @param {boolean} [urgent] */
  count(view, n, urgent = false) {
    const badge = this.tabs.querySelector(`[data-view="${view}"] .badge`);
    if (!(badge instanceof HTMLElement)) return;
    badge.textContent = n ? String(n) : "";
    badge.toggleAttribute("data-urgent", urgent);
  }
}

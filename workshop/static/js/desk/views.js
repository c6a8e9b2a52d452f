// @ts-check
/** Which part of the desk is in front: chosen by hand, or by the kind of step when the room moves on. */

/** @type {Record<string, string>} what a leader needs most in each kind of step; the others leave it as it is */
const FITS = {
  ...{
    welcome: "room",
    talk: "slides",
    prepare: "triads",
    break: "triads",
    groups: "triads",
    brief: "triads",
    conversation: "triads",
    feedback: "triads",
    notes: "triads",
  },
  ...{ plenary: "wall", closing: "wall" },
};
const WIDE = matchMedia("(min-width: 70rem)"); // as in css/desk/layout.css: people have a column of their own,
const AMPLE = matchMedia("(min-width: 100rem)"); // and here whatever is in front

export class Views {
  /** @param {HTMLElement} tabs */
  constructor(tabs) {
    this.tabs = tabs;
    this.shown = "room";
    this.fitted = "";
    this.wants = new Set(["wall", "slides"]); // the views that want the width that people would take
    tabs.addEventListener("click", (event) => {
      const tab = /** @type {HTMLElement} */ (event.target).closest?.("[data-view]");
      if (tab instanceof HTMLElement) this.show(tab.dataset.view ?? "");
    });
    for (const width of [WIDE, AMPLE]) width.addEventListener("change", () => this.show(this.shown));
    this.show("room");
  }

  /** The room went on: what fits comes to the front, once; after that the leader's own choice holds. @param {string} [kind] */
  follow(kind = "") {
    this.only("slides", kind === "talk");
    const fit = FITS[kind];
    if (!fit || fit === this.fitted) return;
    this.fitted = fit;
    this.show(fit);
  }

  /** A view that there is in some steps only; after them the room stands where it stood. @param {string} view @param {boolean} there */
  only(view, there) {
    const tab = this.tabs.querySelector(`[data-view="${view}"]`);
    tab?.toggleAttribute("data-absent", !there);
    if (there || this.shown !== view) return;
    this.fitted = "";
    this.show("room");
  }

  /** Does a view want all the width? @param {string} view @param {boolean} wide */
  spread(view, wide) {
    if (this.wants.has(view) === wide) return;
    if (wide) this.wants.add(view);
    else this.wants.delete(view);
    this.show(this.shown);
  }

  /** @param {string} view */
  show(view) {
    this.shown = view === "people" && AMPLE.matches ? "triads" : view;
    const beside = AMPLE.matches || (WIDE.matches && this.shown !== "people" && !this.wants.has(this.shown));
    document.getElementById("desk")?.toggleAttribute("data-beside", beside);
    for (const tab of this.tabs.querySelectorAll("[data-view]")) {
      if (!(tab instanceof HTMLElement)) continue;
      const people = tab.dataset.view === "people";
      const on = tab.dataset.view === this.shown;
      if (on) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
      tab.hidden = (people && beside) || "absent" in tab.dataset;
      const part = document.getElementById(`view-${tab.dataset.view}`);
      if (part) part.hidden = !on && !(people && beside);
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

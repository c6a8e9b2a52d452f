// @ts-check
/** Dragging something onto something else: with a mouse anywhere on it, with a finger or pen by its grip. */

const FAR = 6; // px before a press becomes a drag
const EDGE = 70; // px from the edge of the window where it begins to scroll

/** @typedef {{ what: string, onto: string, onDrop: (what: HTMLElement, onto: HTMLElement) => void }} Rule selectors of what can be dragged and of where to */

/** @param {HTMLElement} board @param {Rule} rule */
export function listen(board, rule) {
  board.addEventListener("pointerdown", (event) => {
    const from = /** @type {HTMLElement} */ (event.target);
    const what = from.closest?.(rule.what);
    const grip = Boolean(from.closest?.(".grip"));
    if (what instanceof HTMLElement && event.button === 0 && (event.pointerType === "mouse" || grip)) {
      new Drag(what, event, rule);
    }
  });
}

class Drag {
  /** @param {HTMLElement} what @param {PointerEvent} begin @param {Rule} rule */
  constructor(what, begin, rule) {
    this.what = what;
    this.begin = begin;
    this.at = begin;
    this.rule = rule;
    /** @type {HTMLElement | null} */
    this.shadow = null;
    /** @type {HTMLElement | null} */
    this.over = null;
    const ending = new AbortController();
    this.ending = ending;
    const { signal } = ending;
    document.addEventListener("pointermove", (event) => this.move(event), { signal });
    document.addEventListener("pointerup", () => this.end(true), { signal });
    document.addEventListener("pointercancel", () => this.end(false), { signal });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.end(false), { signal });
    document.addEventListener("selectstart", (event) => event.preventDefault(), { signal });
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (!event.buttons) return this.end(false); // let go outside the window: nobody was told
    this.at = event;
    if (!this.shadow && Math.hypot(event.clientX - this.begin.clientX, event.clientY - this.begin.clientY) > FAR) this.lift();
    this.follow();
  }

  lift() {
    this.shadow = /** @type {HTMLElement} */ (this.what.cloneNode(true));
    this.shadow.classList.add("lifted");
    this.shadow.style.setProperty("width", `${this.what.offsetWidth}px`);
    this.what.toggleAttribute("data-lifted", true);
    document.body.append(this.shadow);
    this.scroll();
  }

  follow() {
    if (!this.shadow) return;
    this.shadow.style.setProperty("translate", `${this.at.clientX + 12}px ${this.at.clientY - 16}px`);
    const under = document.elementFromPoint(this.at.clientX, this.at.clientY)?.closest(this.rule.onto);
    this.over?.removeAttribute("data-over");
    this.over = under instanceof HTMLElement && !under.contains(this.what) ? under : null;
    this.over?.toggleAttribute("data-over", true);
  }

  /** Near an edge the page comes along. */
  scroll() {
    if (!this.shadow) return;
    const { clientY } = this.at;
    const pull = Math.min(clientY - EDGE, 0) + Math.max(clientY - window.innerHeight + EDGE, 0);
    if (pull) {
      window.scrollBy(0, pull / 5);
      this.follow();
    }
    requestAnimationFrame(() => this.scroll());
  }

  /** @param {boolean} dropped */
  end(dropped) {
    this.ending.abort();
    if (!this.shadow) return;
    this.shadow.remove();
    this.shadow = null;
    this.what.removeAttribute("data-lifted");
    this.over?.removeAttribute("data-over");
    swallowClick(); // the release would count as a press on the name
    if (dropped && this.over) this.rule.onDrop(this.what, this.over);
  }
}

function swallowClick() {
  /** @param {Event} event */
  const swallow = (event) => event.stopPropagation();
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
}

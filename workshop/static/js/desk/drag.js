// @ts-check
/** Someone is dragged to another table: by mouse anywhere on the name, by finger or pen on the grip. */

const FAR = 6; // px before a press becomes a drag
const EDGE = 70; // px from the edge of the window where it begins to scroll

/**
 * @param {HTMLElement} board holds `[data-person]` inside and beside `[data-group]`
 * @param {(person: number, group: number) => void} onDrop
 */
export function listen(board, onDrop) {
  board.addEventListener("pointerdown", (event) => {
    const from = /** @type {HTMLElement} */ (event.target);
    const person = from.closest?.("[data-person]");
    const grip = from.closest?.(".grip") !== null;
    if (person instanceof HTMLElement && event.button === 0 && (event.pointerType === "mouse" || grip)) {
      new Drag(person, event, onDrop);
    }
  });
}

class Drag {
  /** @param {HTMLElement} person @param {PointerEvent} begin @param {(person: number, group: number) => void} onDrop */
  constructor(person, begin, onDrop) {
    this.person = person;
    this.begin = begin;
    this.at = begin;
    this.onDrop = onDrop;
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
    this.at = event;
    if (!this.shadow && Math.hypot(event.clientX - this.begin.clientX, event.clientY - this.begin.clientY) > FAR) this.lift();
    this.follow();
  }

  lift() {
    this.shadow = /** @type {HTMLElement} */ (this.person.cloneNode(true));
    this.shadow.classList.add("lifted");
    this.shadow.style.setProperty("width", `${this.person.offsetWidth}px`);
    this.person.toggleAttribute("data-lifted", true);
    document.body.append(this.shadow);
    this.scroll();
  }

  follow() {
    if (!this.shadow) return;
    this.shadow.style.setProperty("translate", `${this.at.clientX + 12}px ${this.at.clientY - 16}px`);
    const under = document.elementFromPoint(this.at.clientX, this.at.clientY)?.closest("[data-group]");
    this.over?.removeAttribute("data-over");
    this.over = under instanceof HTMLElement && !under.contains(this.person) ? under : null;
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
    this.person.removeAttribute("data-lifted");
    this.over?.removeAttribute("data-over");
    swallowClick(); // the release would count as a press on the name
    if (dropped && this.over) this.onDrop(Number(this.person.dataset.person), Number(this.over.dataset.group));
  }
}

function swallowClick() {
  /** @param {Event} event */
  const swallow = (event) => event.stopPropagation();
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 50);
}

// @ts-check
/** Names dropping in, and how many there are. */
import { html, nothing, render } from "../draw.js";
import { t } from "../words.js";
import { fit, readable } from "./fit.js";
import { namesOf } from "./names.js";
import { drawPage, TURN } from "./page.js";
import { moving } from "./turn.js";

const NAME = 1.8; // rem

/** @type {ReturnType<typeof setTimeout>} */
let turning;
let many = 0; // that were here
let came = -Infinity; // ms: when the last one came in, who looks for their own name

/** @param {HTMLElement} slot @param {HTMLElement} aside what makes room where the names need it @param {import("../state.js").State} state */
export function lobby(slot, aside, state) {
  clearTimeout(turning);
  if (!slot.offsetParent) return; // another scene came
  const { people } = state;
  const here = people.filter((person) => !person.left && !person.stand_in);
  const names = namesOf(people);
  const now = Date.now();
  if (here.length > many && many) came = now;
  many = here.length;
  /** @param {import("./page.js").Page} page @param {number} least @param {number} [most] */
  const draw = ({ rows, from, pages }, least, most = 1.7) => {
    const which = pages > 1 ? html` · ${from + 1}–${from + rows.length}` : nothing;
    render(
      html`
        <p class="count">${many ? t("people", { n: many }) : t("nobody")}${which}</p>
        <ul class="names">
          ${rows.map(({ id }) => html`<li data-moves=${id} dir="auto">${names.get(id)}</li>`)}
        </ul>
      `,
      slot,
    );
    return fit(/** @type {HTMLElement} */ (slot.querySelector(".names")), { most, least });
  };
  moving(slot, () => {
    const all = { rows: here, from: 0, of: many, pages: 1, remaining_ms: Infinity };
    for (const hidden of [false, true]) {
      aside.hidden = hidden;
      if (draw(all, hidden ? readable(NAME) : 1)) return;
    }
    const least = readable(NAME);
    const page = drawPage(here, now, (one, trial) => draw(one, least, trial ? least : undefined), { most: many, last: now - came < TURN });
    turning = setTimeout(() => lobby(slot, aside, state), page.remaining_ms);
  });
}

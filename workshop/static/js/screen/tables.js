// @ts-check
/** Who sits where: a plan of the tables. */
import { html, nothing, render } from "../draw.js";
import { sign } from "../parts.js";
import { sittingInAll } from "../sitting.js";
import { t } from "../words.js";
import { fit, readable } from "./fit.js";
import { isLengthy, isLong, namesOf } from "./names.js";
import { columns, drawPage, pageOf, shapeOf } from "./page.js";
import { moving } from "./turn.js";

const ROOMY = 6; // so many tables leave room for the sign with the number in the middle of it
const NAME = 1.75; // rem

/** @type {ReturnType<typeof setTimeout>} */
let turning;

/** @param {HTMLElement} slot @param {HTMLElement} seated says how many sit @param {import("../state.js").State} state */
export function tables(slot, seated, state) {
  clearTimeout(turning);
  if (!slot.offsetParent) return; // another scene came
  const { groups } = state;
  const names = namesOf(state.people);
  const all = sittingInAll(state);
  seated.textContent = all.of ? t("sit_in_all", all) : "";
  const wide = shapeOf(slot);
  /** @param {import("./page.js").Page} page @param {boolean} trial */
  const draw = ({ rows, from, of, pages }, trial) => {
    const least = readable(NAME);
    const roomy = pages === 1 && rows.length <= ROOMY;
    slot.classList.toggle("roomy", roomy);
    render(
      html`
        ${groups.length ? nothing : html`<p class="empty">${sign()} ${t("no_groups")}</p>`}
        ${rows.map((group) => table(group, names, state.people))}
        ${pages > 1 ? html`<p class="page">${pageOf(from, rows.length, of)}</p>` : nothing}
      `,
      slot,
    );
    return columns(rows.length, wide).some((beside) => {
      slot.style.setProperty("--columns", String(beside));
      return fit(slot, { most: trial ? least : roomy ? 1.6 : 1, least, boxes: [slot, ...slot.querySelectorAll("ul")] });
    });
  };
  moving(slot, () => {
    const page = drawPage(groups, Date.now(), draw);
    if (page.pages > 1) turning = setTimeout(() => tables(slot, seated, state), page.remaining_ms);
  });
}

/** Behind the name of who sits; its place is kept free from the first, so that nothing moves. @param {import("../state.js").Row | undefined} person */
const tick = (person) =>
  html`<span class="tick" ?data-on=${person?.sits}>${person?.sits ? html`<span class="visually-hidden">${t("sits")}</span>` : nothing}</span>`;

/** @param {import("../state.js").Row} group @param {Map<number, string>} names @param {import("../state.js").Row[]} people */
const table = ({ number, members }, names, people) => html`
  <section class="table" aria-label=${t("table", { n: number })}>
    <p class="number"><span>${number}</span>${sign()}</p>
    <ul class="names">
      ${members.map(
        (/** @type {any} */ { id, name }) =>
          html`<li data-moves=${id} ?data-long=${isLong(name)} ?data-lengthy=${isLengthy(name)}><bdi>${names.get(id) ?? name}</bdi>${tick(people.find((one) => one.id === id))}</li>`,
      )}
    </ul>
  </section>
`;

// @ts-check
/** Names dropping in, and how many they are. */
import { html, render } from "../../vendor/lit-html.js";
import { t } from "../words.js";
import { fit, fits } from "./fit.js";
import { namesOf } from "./names.js";
import { moving } from "./turn.js";

/** @param {HTMLElement} slot @param {HTMLElement} aside what makes room where the names need it @param {import("../state.js").State} state */
export function lobby(slot, aside, { people }) {
  const here = people.filter((person) => !person.left && !person.stand_in);
  const names = namesOf(people);
  moving(slot, () => {
    render(
      html`
        <p class="count">${here.length ? t("people", { n: here.length }) : t("nobody")}</p>
        <ul class="names">
          ${here.map(({ id }) => html`<li data-moves=${id} dir="auto">${names.get(id)}</li>`)}
        </ul>
      `,
      slot,
    );
    keepNewest(/** @type {HTMLElement} */ (slot.querySelector(".names")), aside);
  });
}

/** Where not all names fit, those who came first make room: the count tells of everyone. @param {HTMLElement} list @param {HTMLElement} aside */
function keepNewest(list, aside) {
  const names = /** @type {HTMLElement[]} */ ([...list.children]);
  for (const name of names) name.hidden = false;
  for (const hidden of [false, true]) {
    aside.hidden = hidden;
    if (fit(list, { most: 1.7, least: hidden ? 0.7 : 1 })) return;
  }
  for (const name of names) {
    name.hidden = true;
    if (fits(list)) return;
  }
}

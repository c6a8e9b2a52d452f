// @ts-check
/** A list to choose one person or table from, which goes on changing while it is chosen from. */
import { html, nothing } from "../draw.js";
import { rows } from "./rows.js";

/**
 * Who was chosen stays chosen: each is the same option, wherever it ends up. Where that one is gone, the first stands there,
 * which is nobody; else a browser would take whoever stands in that place.
 * @param {string} id @param {string} nobody the words of the first @param {{ id: number, name: string }[]} choices
 * @param {{ name?: string, label?: string }} [options] `name` in its form, which is not sent without a choice; `label` where none stands beside it
 */
export const choosing = (id, nobody, choices, { name, label } = {}) => html`
  <select id=${id} name=${name ?? nothing} class="grow" aria-label=${label ?? nothing} ?required=${name !== undefined}>
    <option value="">${nobody}</option>
    ${rows(choices, (choice) => html`<option value=${choice.id}>${choice.name}</option>`)}
  </select>
`;

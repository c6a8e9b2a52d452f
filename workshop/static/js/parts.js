// @ts-check
/** The parts of css/parts/ that scripts draw; pages of the server draw the same with templates/macros.html. */
import { html, nothing, svg } from "./draw.js";

/** @typedef {"client" | "professional" | "observer"} Role */

/** A role is always a shape and a word. @param {Role} role @param {string} word @param {string} [looks] */
export const roleOf = (role, word, looks = "") => html`<span class="role ${looks}" data-role=${role}>${word}</span>`;

/** Three seats around a table; with a title an image, without one decoration. @param {string} [title] */
export const sign = (title = "") => html`
  <svg class="sign" viewBox="0 0 96 88" role=${title ? "img" : nothing} aria-label=${title || nothing} aria-hidden=${title ? nothing : "true"}>
    ${svg`<circle class="table" cx="48" cy="49" r="16" />
    <circle class="client" cx="48" cy="13" r="12" />
    <rect class="professional" x="69" y="57" width="22" height="22" rx="5" />
    <path class="observer" d="M19 54 33.5 79H4.5Z" />`}
  </svg>
`;

/**
 * A group around its table. Members come in one fixed order (that of the draw), so that each keeps their element and
 * a name travels to its next shape when the roles turn.
 * @param {{ name: string, role: Role, me?: boolean }[]} members
 * @param {string} label what a screen reader says of it
 */
export function trio(members, label) {
  const observers = members.filter((member) => member.role === "observer");
  return html`
    <div class="trio" role="img" aria-label=${label} data-people=${members.length}>
      ${sign()}
      ${members.map(
        (member) => html`
          <span class="seat" data-role=${member.role} ?data-me=${member.me} data-place=${observers.indexOf(member) + 1 || nothing}><span translate="no">${member.name}</span></span>
        `,
      )}
    </div>
  `;
}

/** countdown.js paints this one. @param {string} [label] */
export const clock = (label = "") => html`
  <div class="clock" data-level="calm" data-state="idle" role="timer" aria-live="off" translate="no" aria-label=${label || nothing}>
    <span class="time"></span><span class="bar" aria-hidden="true"></span>
  </div>
`;

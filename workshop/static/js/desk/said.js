// @ts-check
/** What the page has to say for a moment, with a way to undo what was done if there is one. */
import { repeat } from "../../vendor/directives/repeat.js";
import { html, render } from "../draw.js";
import { t } from "../words.js";

/** @typedef {{ text: string, tone: string, undo?: () => void, last?: boolean }} Message `last`: its undo takes back whatever was last */

const FOR_A_GLANCE = 4000; // what went as asked
const FOR_READING = 10_000;
const FOR_UNDOING = 20_000;

export class Said {
  /** @param {HTMLElement} place a live region */
  constructor(place) {
    this.place = place;
    /** @type {Message[]} */
    this.messages = [];
  }

  /** @param {string} text @param {string} [tone] @param {() => void} [undo] */
  say(text, tone = "", undo) {
    const message = { text, tone, undo };
    this.messages = [...this.messages.filter((old) => old.undo).slice(-2), message]; // only what can be taken back stays
    setTimeout(() => this.forget(message), undo ? FOR_UNDOING : tone === "good" ? FOR_A_GLANCE : FOR_READING);
    this.draw();
  }

  /** Something was thrown away and the server knows how to take it back: only ever the last one. @param {string} text @param {() => void} undo */
  thrown(text, undo) {
    this.messages = this.messages.filter((old) => !old.last);
    this.say(text, "", undo);
    this.messages[this.messages.length - 1].last = true;
  }

  /** What was last thrown away is not the last any more. */
  settled() {
    this.messages = this.messages.filter((old) => !old.last);
    this.draw();
  }

  /** @param {Message} message */
  forget(message) {
    this.messages = this.messages.filter((one) => one !== message);
    this.draw();
  }

  draw() {
    const one = (/** @type {Message} */ message) => html`
      <div class="notice" data-tone=${message.tone}>
        <span>${message.text}</span>
        <button class="button quiet" type="button" @click=${() => this.answered(message)}>${message.undo ? t("undo") : t("understood")}</button>
      </div>
    `;
    // By message, so that a button with the focus never becomes that of another one.
    render(
      repeat(this.messages, (message) => message, one),
      this.place,
    );
  }

  /** @param {Message} message */
  answered(message) {
    message.undo?.();
    this.forget(message);
  }
}

// @ts-check
/** The gong on this desk, for rooms without a projector. Off until it is switched on: if there is a screen, the screen rings. */
import { html } from "../draw.js";
import { samen } from "../root.js";
import { Bell } from "../screen/bell.js";
import { Sound } from "../sound.js";
import { t } from "../words.js";

const RINGS = ["check_in", "prepare", "break", "brief", "conversation", "feedback", "notes"]; // as on the screen: where people work by themselves
const KEPT = `${samen}.desk.sound`;

export class Gong {
  /** @param {() => void} draw */
  constructor(draw) {
    this.sound = new Sound(draw, KEPT, { muted: true });
    this.bell = new Bell(this.sound);
    this.index = -1;
  }

  /** @param {import("../state.js").Step} step */
  follow(step) {
    if (step.index === this.index) return;
    this.index = step.index;
    this.bell.enter(RINGS.includes(step.kind), step.clock.length, step.cause === "clock");
  }

  /** @param {number} left ms @param {number | null} passed */
  tick(left, passed) {
    this.bell.tick(left, passed);
  }

  async toggle() {
    this.sound.set({ muted: !this.sound.muted });
    await this.sound.unlock();
  }

  async test() {
    this.sound.set({ muted: false });
    await this.sound.unlock();
    this.sound.gong();
  }
}

/** @param {Gong} gong */
export function sound(gong) {
  const on = !gong.sound.muted;
  return html`
    <p>${t(on ? (gong.sound.state === "locked" ? "gong_locked" : "gong_on") : "gong_off")}</p>
    <div class="row tight">
      <button class="button" type="button" id="gong" aria-pressed=${String(on)} @click=${() => gong.toggle()}>${t("gong_here")}</button>
      <button class="button quiet" type="button" @click=${() => gong.test()}>${t("gong_test")}</button>
    </div>
  `;
}

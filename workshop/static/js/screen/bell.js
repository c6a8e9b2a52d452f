// @ts-check
/** When the gong sounds: at the end of a step in which people work by themselves; and softly two minutes before. */

const MARK_AT = 120; // seconds left
const MARK_FROM = 240; // seconds: a shorter step would have begun only just
const JUST_BEFORE = 1500; // ms: the room may move on before this page saw the last second pass

export class Bell {
  /** @param {{ gong(): void, mark(): void }} sound */
  constructor(sound) {
    this.sound = sound;
    this.rings = false;
    this.left = 0;
    this.length = 0;
  }

  /**
   * A step was entered.
   * @param {boolean} rings whether its end is to be heard
   * @param {number} length seconds
   * @param {boolean} byClock the step before ended by its clock
   */
  enter(rings, length, byClock) {
    if (byClock && this.rings && this.left > 0 && this.left <= JUST_BEFORE) this.sound.gong();
    this.rings = rings;
    this.length = length;
    this.left = 0;
  }

  /** @param {number} left ms @param {number | null} passed a number of seconds left that was just passed */
  tick(left, passed) {
    this.left = left;
    if (!this.rings) return;
    if (passed === 0) this.sound.gong();
    if (passed === MARK_AT && this.length > MARK_FROM) this.sound.mark();
  }
}

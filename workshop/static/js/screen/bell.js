// @ts-check
/** When the gong sounds: at the end of a step in which people work by themselves; and softly two minutes before. */

const MARK_AT = 120_000; // ms left
const MARK_FROM = 240; // seconds: a shorter step would have begun only just
const TOO_LATE = 120_000; // ms: a browser lets a hidden page look once a minute; a laptop that slept all afternoon is silent

export class Bell {
  /** @param {{ gong(): unknown, mark(): unknown }} sound */
  constructor(sound) {
    this.sound = sound;
    this.rings = false;
    this.left = 0; // ms, when this page looked last; 0 where its end was heard, or there is none
    this.length = 0;
  }

  /**
   * A step was entered.
   * @param {boolean} rings whether its end is to be heard
   * @param {number} length seconds
   * @param {boolean} byClock the step before ended by its clock: the room may move on before this page saw that
   */
  enter(rings, length, byClock) {
    if (byClock && this.rings && this.left > 0) this.sound.gong();
    this.rings = rings;
    this.length = length;
    this.left = 0;
  }

  /**
   * The page looked at the clock, which it may not have done for a while: what was passed meanwhile is heard once.
   * @param {number} left ms
   * @param {unknown} [changed] true for the first look after someone changed the clock: nothing was passed by that
   */
  tick(left, changed) {
    const before = this.left;
    this.left = Math.max(left, 0);
    if (!this.rings || changed === true) return;
    if (before > 0 && left <= 0 && left > -TOO_LATE) this.sound.gong();
    else if (before > MARK_AT && left <= MARK_AT && left > 0 && this.length > MARK_FROM) this.sound.mark();
  }
}

// @ts-check
/** Letters as typed by someone whose keyboard has no accents, the same as in core/letters.py. Pure. */

/** Letters that Unicode does not take apart, and the marks that stand for an apostrophe. @type {Record<string, string>} */
const PLAIN = {
  ł: "l",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ı: "i",
  ĸ: "k",
  ſ: "s",
  ə: "e",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  þ: "th",
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "`": "'",
  "´": "'",
};

/** In small letters without their marks: Łukasz is lukasz, İbrahim ibrahim, Zoë zoe. @param {string} text */
export function plain(text) {
  const small = text.normalize("NFKD").toLowerCase().normalize("NFKD");
  return [...small.replace(/\p{M}/gu, "")].map((sign) => PLAIN[sign] ?? sign).join("");
}

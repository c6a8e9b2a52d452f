// @ts-check
/** The page says that there is nothing here: if it was a room that erased itself, or whose screen this tab is no more, nothing of it stays here either. */
import { ours } from "./root.js";
import { Keep } from "./screen/keep.js";
import { forgetRoom, storage } from "./shelf.js";

const [before, place, code] = location.pathname.match(/^(.*)\/(r|screen)\/(\d{8})(?!\d)/)?.slice(1) ?? [];
if (code && before === ours("")) {
  if (place === "screen") new Keep(code).clear();
  else await forgetRoom(code, storage());
}

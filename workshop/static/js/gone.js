// @ts-check
/** The page says that there is nothing here: if it was a room that erased itself, nothing of it stays on this phone either. */
import { forgetRoom, storage } from "./shelf.js";

const code = location.pathname.match(/^\/r\/(\d{8})(?!\d)/)?.[1];
if (code) await forgetRoom(code, storage());

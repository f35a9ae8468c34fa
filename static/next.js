// A poster dropped on an answer is the next to be asked about; several at once are drafts of one.

import { acceptDrops } from "./drop.js";
import { part, words } from "./parts.js";
import { allSendable } from "./photograph.js";
import { send } from "./several.js";

const veil = part(document, ".dropping");
const says = part(veil, ":scope > *");
const invites = says.textContent;

acceptDrops(async (files) => {
  says.textContent = words(veil).sayReading;
  veil.hidden = false;
  send(files.length > 1 ? "/compare" : "/recommendations", await allSendable([...files]));
});

// Coming back by the browser's own button finds the page as it was left.
window.addEventListener("pageshow", () => {
  veil.hidden = true;
  says.textContent = invites;
});

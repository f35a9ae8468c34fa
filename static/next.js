// A poster dropped on an answer is the next to be asked about; several at once are drafts of one.

import { acceptDrops } from "./drop.js";
import { part, partAs, words } from "./parts.js";
import { allSendable } from "./photograph.js";
import { send } from "./several.js";

const sending = partAs(HTMLDialogElement, document, "[data-sending]");
const title = part(sending, "p");
const leave = part(sending, "button");
const [looking, cancel] = [title.textContent, leave.textContent];
let asked = 0; // counts what is made ready: only the latest is sent

acceptDrops(async (files) => {
  const turn = ++asked;
  const { sayKeptNowhere, sayClose } = words(sending);
  const refused = files.length > 1 && sayKeptNowhere; // nothing is ever kept
  title.textContent = refused || looking;
  leave.textContent = refused ? sayClose : cancel;
  if (!sending.open) sending.showModal();
  if (refused) return;
  const dropped = [...files];
  const ready = await allSendable(dropped);
  if (turn === asked) send(dropped.length > 1 ? "/compare" : "/recommendations", ready);
});

// By its button or Escape, what is on its way is called back.
sending.addEventListener("close", () => {
  asked += 1;
  window.stop();
});

// Coming back by the browser's own button finds the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) sending.close();
});

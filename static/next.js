// A poster dropped on an answer is the next to be asked about; several at once are drafts of one.

import { acceptDrops, holdsFolder } from "./drop.js";
import { part, partAs, words } from "./parts.js";
import { allSendable } from "./photograph.js";
import { send } from "./several.js";

const sending = partAs(HTMLDialogElement, document, "[data-sending]");
const title = part(sending, "p");
const leave = part(sending, "button");
const say = words(sending);
const [looking, cancel] = [title.textContent, leave.textContent];
let asked = 0; // counts what is made ready: only the latest is sent
let sent = false; // the latest is on its way

acceptDrops(async (files, data) => {
  callBack();
  const turn = asked;
  const dropped = [...files];
  const refused =
    (holdsFolder(data) && say.sayFolder) ||
    (dropped.length > 1 && say.sayKeptNowhere) || // nothing is ever kept
    (dropped.length > Number(say.mostDrafts) && say.sayMany);
  tell(refused || "");
  if (!sending.open) sending.showModal();
  if (refused) return;
  const { ready, trouble } = await allSendable(dropped, say);
  if (turn !== asked) return;
  if (trouble) return tell(trouble);
  sent = true;
  send(dropped.length > 1 ? "/compare" : "/recommendations", ready);
});

// By its button or Escape, what is on its way is called back.
sending.addEventListener("close", callBack);

// Coming back by the browser's own button finds the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  sent = false;
  sending.close();
});

// Why what was dropped is not sent; "" where it is.
/** @param {string} refusal */
function tell(refusal) {
  title.textContent = refusal || looking;
  leave.textContent = refusal ? say.sayClose : cancel;
}

// Only what was sent stops the page, whose pictures and thumbs may be on their way too.
function callBack() {
  asked += 1;
  if (sent) window.stop();
  sent = false;
}

// Choosing drafts: gathered with a look at each before they are sent.

import { acceptDrops, holdsFolder } from "./drop.js";
import { filled, part, partAs, parts, pen, words } from "./parts.js";
import { allSendable, unsendable } from "./photograph.js";
import { carried } from "./several.js";

/** @type {HTMLFormElement | null} */
const form = document.querySelector("[data-drafts]");
if (form) wire(form);

/** @param {HTMLFormElement} form */
function wire(form) {
  const input = partAs(HTMLInputElement, form, "[name=poster]");
  const list = part(form, ".chosen");
  const reading = part(form, ".reading");
  const says = words(form);
  const room = Number(form.dataset.room);
  /** @type {File[]} */
  let files = [];
  let asked = 0; // counts what is made ready: only the latest is sent

  input.addEventListener("change", () => add(input.files ?? []));
  acceptDrops((files, data) => (holdsFolder(data) ? refuse(says.sayFolder) : add(files)));
  document.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) add(event.clipboardData.files);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!reading.hidden) return; // they are on their way
    if (files.length < Number(form.dataset.fewest)) {
      refuse(says.sayTooFew);
      input.focus();
      return;
    }
    reading.hidden = false;
    const turn = ++asked;
    const { ready, trouble } = await allSendable(files, says);
    if (turn !== asked) return;
    if (trouble) {
      refuse(trouble);
      reading.hidden = true;
      return;
    }
    input.files = carried(ready);
    form.submit();
  });
  part(reading, "[data-cancel]").addEventListener("click", () => {
    asked += 1;
    window.stop();
    reading.hidden = true;
    part(form, ".compare-now").focus();
  });
  // Coming back by the browser's own button finds the drafts as they were chosen. Where the page is
  // loaded anew, the browser may have chosen them again, or somebody before this script came.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) reading.hidden = true;
    else if (!files.length && input.files?.length) add(input.files);
  });

  /** @param {Iterable<File> & { length: number }} more */
  function add(more) {
    refuse("");
    if (files.length + more.length > room) refuse(says.sayTooMany);
    hold([...files, ...more].slice(0, room));
  }

  /** @param {File[]} kept */
  function hold(kept) {
    files = kept;
    input.files = carried(files);
    list.hidden = !files.length;
    list.replaceChildren(...files.map(item));
  }

  /** @param {File} file */
  function item(file) {
    const entry = document.createElement("li");
    const canvas = document.createElement("canvas");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "corner leave";
    remove.textContent = "×";
    remove.ariaLabel = filled(says.sayRemove, { name: file.name });
    remove.title = remove.ariaLabel;
    remove.addEventListener("click", () => leaveOut(file));
    entry.append(canvas, remove);
    draw(file, canvas).catch(() => tell(file, entry));
    return entry;
  }

  // A draft that cannot be shown has its name in its place; one that cannot be sent is told of at once.
  /** @param {File} file @param {HTMLElement} entry */
  async function tell(file, entry) {
    const name = Object.assign(document.createElement("p"), { textContent: file.name });
    entry.querySelector("canvas")?.replaceWith(name);
    const trouble = await unsendable(file, null, says);
    if (!trouble || !entry.isConnected) return;
    entry.classList.add("unsendable");
    entry.title = trouble;
    if (!part(form, ".refusal").textContent) refuse(trouble);
  }

  // The button pressed goes with its draft; the next one takes the focus.
  /** @param {File} file */
  function leaveOut(file) {
    const place = files.indexOf(file);
    refuse("");
    hold(files.filter((each) => each !== file));
    const buttons = parts(list, "button");
    (buttons[Math.min(place, buttons.length - 1)] ?? input).focus();
  }

  /** @param {string} sentence */
  function refuse(sentence) {
    part(form, ".refusal").textContent = sentence;
  }
}

/** @param {File} file @param {HTMLCanvasElement} canvas */
async function draw(file, canvas) {
  const picture = await createImageBitmap(file, { resizeHeight: 216, resizeQuality: "medium" });
  canvas.width = picture.width;
  canvas.height = picture.height;
  pen(canvas).drawImage(picture, 0, 0);
}
